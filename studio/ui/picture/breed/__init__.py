"""The breed panel."""
