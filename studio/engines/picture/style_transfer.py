"""Arbitrary style transfer: any picture repainted in a style given as a vector of 100 numbers.

The two networks are those of Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary
neural artistic stylization network", in Magenta's small edition: a MobileNetV2 (Sandler et al. 2018)
reads a style, and a transformer whose only knobs are the scales and shifts of its instance
normalisations paints it. Invariant: the same picture, vector and options give the same pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from studio.core.card import ModelInfo
from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.restyle import StyleMix
from studio.engines.base import Step, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.style_library import LIBRARY_FILE, STYLE_SIZE, StyleLibrary, Vector
from studio.engines.weights import fill_module, read_weights

STYLE_PX = 256  # the side at which a style picture is read
MIN_PX = 16
STEPS = 10  # of a painting, for progress and cancelling
STRIP_PX = 400_000  # a convolution works on about so many pixels at once
FADE_BELOW = 0.2  # below this strength the untouched picture fades in, so that 0 changes nothing
EPSILON = 1e-5

# ---------------------------------------------------------------- reading a style


@dataclass(frozen=True, slots=True)
class Stage:
    """`repeats` inverted residual blocks; the first one strides."""

    expand: int
    channels: int
    repeats: int
    stride: int


STAGES = (
    Stage(1, 16, 1, 1),
    Stage(6, 24, 2, 2),
    Stage(6, 32, 3, 2),
    Stage(6, 64, 4, 2),
    Stage(6, 96, 3, 1),
    Stage(6, 160, 3, 2),
    Stage(6, 320, 1, 1),
)


class Conv6(nn.Module):
    """Convolution and ReLU6, padded as TensorFlow's SAME: a stride of 2 pads right and below only."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)
        total = max(kernel - stride, 0)
        self.pad = (total // 2, total - total // 2) * 2

    def forward(self, x: Tensor) -> Tensor:
        return F.relu6(self.conv(F.pad(x, self.pad)))


class InvertedResidual(nn.Module):
    """Widen, filter each channel by itself, narrow again; with a shortcut where the shape allows it."""

    def __init__(self, inputs: int, outputs: int, expand: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expand
        self.expand = Conv6(inputs, wide) if expand > 1 else nn.Identity()
        self.depthwise = Conv6(wide, wide, 3, stride, groups=wide)
        self.project = nn.Conv2d(wide, outputs, 1)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.shortcut else y


class StylePredictor(nn.Module):
    """MobileNetV2 from a style picture (B, 3, 256, 256) in 0..1 to its style vector (B, 100)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv6(3, 32, 3, 2)
        self.blocks = nn.Sequential(*inverted_residuals())
        self.widen = Conv6(STAGES[-1].channels, 1280)
        self.head = nn.Linear(1280, STYLE_SIZE, bias=False)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.stem(picture)  # (B, 32, 128, 128)
        x = self.widen(self.blocks(x))  # (B, 1280, 8, 8)
        vector: Tensor = self.head(x.mean((2, 3)))  # (B, 100)
        return vector


def inverted_residuals() -> Iterator[InvertedResidual]:
    """The 17 blocks of STAGES, in order."""
    inputs = 32
    for stage in STAGES:
        for index in range(stage.repeats):
            stride = stage.stride if index == 0 else 1
            yield InvertedResidual(inputs, stage.channels, stage.expand, stride)
            inputs = stage.channels


# ---------------------------------------------------------------- painting in a style


class StyleNorm(nn.Module):
    """Instance normalisation whose scale and shift are linear in the style vector; overwrites its input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Linear(STYLE_SIZE, channels)
        self.shift = nn.Linear(STYLE_SIZE, channels)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = x.sub_(x.mean((2, 3), keepdim=True))  # (B, C, H, W)
        rows = torch.linalg.vector_norm(
            x, dim=3
        )  # (B, C, H); by rows: exact for millions of pixels, and fast
        variance = rows.square().mean(2) / x.shape[3]  # (B, C)
        gain = self.scale(style) * (variance + EPSILON).rsqrt()  # (B, C)
        return x.mul_(gain[:, :, None, None]).add_(self.shift(style)[:, :, None, None])  # (B, C, H, W)


class ReflectConv(nn.Conv2d):
    """Convolution with reflected borders, so that no dark frame surrounds the painting.

    It works in strips of rows: enlarged and padded copies of a large picture never stand in memory whole.
    """

    def forward(self, x: Tensor, up: int = 1) -> Tensor:
        """`up` 2 enlarges x (B, C, H, W) twofold first, by repeating pixels."""
        height, width = (side * up // self.stride[0] for side in x.shape[2:])
        reach = self.kernel_size[0] // 2
        result = x.new_empty(x.shape[0], self.out_channels, height, width)
        for top in range(0, height, rows := max(1, STRIP_PX // width)):
            bottom = min(top + rows, height)
            strip = x[:, :, self._sources(top, bottom, x.shape[2] * up).to(x.device) // up]
            strip = F.interpolate(strip, scale_factor=(1.0, float(up))) if up > 1 else strip
            result[:, :, top:bottom] = super().forward(F.pad(strip, (reach, reach, 0, 0), mode="reflect"))
        return result

    def _sources(self, first: int, last: int, length: int) -> Tensor:
        """The rows in 0..length-1 that outputs first..last-1 look at, mirrored at both borders."""
        reach, stride = self.kernel_size[0] // 2, self.stride[0]
        seen = torch.arange(first * stride - reach, (last - 1) * stride + reach + 1)
        return length - 1 - (length - 1 - seen.abs()).abs()


class StyledConv(nn.Module):
    """Reflected convolution, then a style normalisation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, up: int = 1) -> None:
        super().__init__()
        self.conv = ReflectConv(inputs, outputs, kernel, bias=False)
        self.norm = StyleNorm(outputs)
        self.up = up

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        y: Tensor = self.norm(self.conv(x, self.up), style)
        return y


class StyledResidual(nn.Module):
    """Two styled convolutions around which the picture passes unchanged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = StyledConv(channels, channels, 3)
        self.conv2 = StyledConv(channels, channels, 3)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        y: Tensor = self.conv2(self.conv1(x, style).relu_(), style)
        return y.add_(x)


class StyleTransformer(nn.Module):
    """From a picture (B, 3, H, W) in 0..1, H and W multiples of 4, and styles (B, 100) to its repainting.

    For inference only: the layers overwrite what nobody reads any more.
    """

    def __init__(self) -> None:
        super().__init__()
        contract = (ReflectConv(3, 8, 9), ReflectConv(8, 16, 3, 2), ReflectConv(16, 32, 3, 2))
        self.contract = nn.ModuleList(contract)
        self.residual = nn.ModuleList(StyledResidual(32) for _ in range(5))
        self.expand1 = StyledConv(32, 16, 3, up=2)
        self.expand2 = StyledConv(16, 8, 3, up=2)
        self.expand3 = StyledConv(8, 3, 9)

    def forward(self, picture: Tensor, style: Tensor, step: Step = no_step) -> Tensor:
        x = picture
        for done, conv in enumerate(self.contract):
            step(done, STEPS)
            x = conv(x).relu_()  # (B, 8, H, W), (B, 16, H/2, W/2), (B, 32, H/4, W/4)
        for done, block in enumerate(self.residual, 3):
            step(done, STEPS)
            x = block(x, style)  # (B, 32, H/4, W/4)
        x = self.expand1(x, style).relu_()  # (B, 16, H/2, W/2)
        step(STEPS - 2, STEPS)
        x = self.expand2(x, style).relu_()  # (B, 8, H, W)
        step(STEPS - 1, STEPS)
        return self.expand3(x, style).sigmoid_()  # (B, 3, H, W)


class StyleNetworks(nn.Module):
    """Both networks, as one weights file holds them."""

    def __init__(self) -> None:
        super().__init__()
        self.predictor = StylePredictor()
        self.transformer = StyleTransformer()

    def tensor(self, pixels: Pixels) -> Tensor:
        """(H, W, 3) uint8 -> (1, 3, H, W) in 0..1, where the networks are."""
        picture = torch.from_numpy(np.array(pixels)).to(self.predictor.head.weight.device)
        return picture.permute(2, 0, 1)[None].float() / 255


def dequantised(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """8-bit weights times their scales (one a channel, named `..._scale`); other tensors as they are."""
    return {
        name: tensor.float() * tensors[f"{name}_scale"] if tensor.dtype == torch.int8 else tensor
        for name, tensor in tensors.items()
        if not name.endswith("_scale")
    }


# ---------------------------------------------------------------- the engine


class StyleTransferEngine:
    """Owns both networks and the style library; lives on the device thread."""

    def __init__(self, info: ModelInfo, networks: StyleNetworks, library: StyleLibrary) -> None:
        self.info = info
        self.library = library
        self._networks = networks
        self._own: tuple[bytes, Vector] = (b"", library.mean)

    def style_vector(self, pixels: Pixels) -> Vector:
        """The style (100,) of the centre square of a picture (H, W, 3)."""
        return read_style(self._networks, pixels)

    def restyle(self, pixels: Pixels, mix: StyleMix, step: Step = no_step) -> Pixels:
        """The picture (H, W, 3), its longer side scaled to mix.size, painted as the mix says.

        `strength` leads from the picture's own style to the mix (Ghiasi 2017, section 3.4), and to the
        picture itself at 0. With no weighted part, the offsets move the picture's own style.
        Raises StudioError for a style that the library does not have; Cancelled where `step` does.
        """
        picture = fitted(checked(pixels), mix.size)
        if mix.strength == 0:
            return picture
        painted = paint(self._networks, picture, self._style(pixels, mix), step)
        if mix.keep_colour:
            painted = with_colour_of(picture, painted)
        return faded(picture, painted, min(mix.strength / FADE_BELOW, 1.0))

    def _style(self, pixels: Pixels, mix: StyleMix) -> Vector:
        if mix.strength == 1 and any(part.weight > 0 for part in mix.parts):
            return self.library.target(mix)
        own = self._own_style(pixels)
        return own + (self.library.target(mix, own) - own) * np.float32(mix.strength)

    def _own_style(self, pixels: Pixels) -> Vector:
        """Remembered, because while a hand drags the strength the picture stays the same."""
        key = style_square(pixels).tobytes()
        if self._own[0] != key:
            self._own = (key, self.style_vector(pixels))
        return self._own[1]


def open_engine(entry: CatalogueEntry, device: torch.device) -> StyleTransferEngine:
    """The model of a catalogue entry; raises StudioError where a file is missing, damaged or another's."""
    library = StyleLibrary.read(entry.folder / LIBRARY_FILE)
    info = ModelInfo(entry.card, library.sliders)
    return StyleTransferEngine(info, read_networks(entry).to(device), library)


def read_networks(entry: CatalogueEntry) -> StyleNetworks:
    """The networks of a catalogue entry; raises StudioError where the weights are missing or damaged."""
    networks = StyleNetworks()
    fill_module(networks, dequantised(read_weights(entry)), entry.card.name)
    return networks.eval()


@torch.inference_mode()
def read_style(networks: StyleNetworks, pixels: Pixels) -> Vector:
    """The style (100,) of the centre square of a picture (H, W, 3)."""
    square = networks.tensor(style_square(checked(pixels)))  # (1, 3, 256, 256)
    vector: Vector = networks.predictor(square)[0].cpu().numpy()
    return vector


@torch.inference_mode()
def paint(networks: StyleNetworks, pixels: Pixels, style: Vector, step: Step = no_step) -> Pixels:
    """The picture (H, W, 3) at its own size, painted in a style (100,)."""
    height, width = pixels.shape[:2]
    picture = F.pad(networks.tensor(pixels), (0, -width % 4, 0, -height % 4), mode="reflect")
    vector = torch.from_numpy(style).to(picture.device)[None]  # (1, 100)
    painted = networks.transformer(picture, vector, step)  # (1, 3, H, W)
    return to_pixels(painted[0, :, :height, :width])


# ---------------------------------------------------------------- pixels


def checked(pixels: Pixels) -> Pixels:
    """The picture itself; raises StudioError for anything but (H, W, 3) uint8 of 16 px or more."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise StudioError("A picture must be 8-bit RGB.", f"got {pixels.shape} {pixels.dtype}")
    if min(pixels.shape[:2]) < MIN_PX:
        raise StudioError(f"The picture is too small to paint: {pixels.shape[1]} x {pixels.shape[0]} px.")
    return pixels


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def fitted(pixels: Pixels, longer_px: int) -> Pixels:
    """Scaled so that the longer side is `longer_px`; the shorter one stays at MIN_PX or more."""
    height, width = pixels.shape[:2]
    scale = longer_px / max(height, width)
    return scaled(pixels, max(MIN_PX, round(width * scale)), max(MIN_PX, round(height * scale)))


def style_square(pixels: Pixels) -> Pixels:
    """What the predictor looks at: the centre square (256, 256, 3)."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return scaled(pixels[top : top + side, left : left + side], STYLE_PX, STYLE_PX)


def to_pixels(picture: Tensor) -> Pixels:
    """(3, H, W) in 0..1 -> (H, W, 3) uint8."""
    levels = picture.mul(255).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(levels.permute(1, 2, 0).cpu().numpy())


def with_colour_of(picture: Pixels, painted: Pixels) -> Pixels:
    """The light and dark of the painting with the hues of the picture (Gatys 2016, "Preserving Color")."""
    light = Image.fromarray(painted).convert("YCbCr").getchannel("Y")
    _, *chroma = Image.fromarray(picture).convert("YCbCr").split()
    return np.asarray(Image.merge("YCbCr", (light, *chroma)).convert("RGB"))


def faded(picture: Pixels, painted: Pixels, amount: float) -> Pixels:
    """`amount` 1: the painting; 0: the picture."""
    if amount >= 1:
        return painted
    return np.asarray(Image.blend(Image.fromarray(picture), Image.fromarray(painted), amount))
