"""The latent panel."""
