"""Mail addresses, as the mail rooms know them; the rooms below use `kit.address` itself."""

from outreach.kit.address import BadAddress, clean_address, sender_domain

__all__ = ["BadAddress", "clean_address", "sender_domain"]
