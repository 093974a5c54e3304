"""The digits' own name for the class-conditional VAE, under which their tab and its Python lines load it."""

from playground.networks.class_vae import ConditionalVAE, kl_to_prior

__all__ = ["ConditionalVAE", "kl_to_prior"]
