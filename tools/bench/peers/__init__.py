"""What Régua is measured beside, each in the peers' own environment: they import nothing of ours."""
