"""Sites, people, their contact points, and the row project x site."""
