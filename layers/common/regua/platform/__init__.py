"""What the ports mean on AWS, and the fakes tests and simulations use in their place."""
