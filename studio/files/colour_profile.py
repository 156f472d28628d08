"""The sRGB colour profile as it is embedded in pictures: always the same bytes."""

from functools import cache

from PIL import ImageCms

DATE = slice(24, 36)  # of the profile's making: it would change every file


@cache
def srgb_profile() -> bytes:
    """An ICC profile that says sRGB."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    content[DATE] = bytes(12)
    return bytes(content)
