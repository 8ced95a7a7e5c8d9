"""What happens by itself, on one page (`outreach.schedule.sweeps`)."""
