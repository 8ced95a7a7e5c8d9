"""Who works here: the workspace, its users, their invitations and roles."""
