"""The mixing panel."""
