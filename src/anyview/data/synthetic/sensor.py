# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What lens, sensor and camera software do to the light: from linear light to a stored picture."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from anyview.data.synthetic.world import FloatArray


@dataclass(frozen=True)
class Sensor:
    """A camera's faults and settings; the defaults are a perfect one.

    Attributes:
        exposure_stops: Error of the automatic exposure; 1 is twice as bright.
        white_balance: Gains of red, green, blue.
        vignetting: Share of light lost in the corners, [0, 1).
        noise: Standard deviation at mid grey, linear, 1 = white.
        blur_px: Standard deviation of the defocus.
        motion_px: Columns and rows by which the picture moved during exposure.
        saturation: 1 leaves colours alone, 0 is grey.
        contrast: 0 is a straight line to white, 1 a film-like S curve.
        jpeg_quality: 1 to 95, or None to store without loss.
    """

    exposure_stops: float = 0.0
    white_balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    vignetting: float = 0.0
    noise: float = 0.0
    blur_px: float = 0.0
    motion_px: tuple[float, float] = (0.0, 0.0)
    saturation: float = 1.0
    contrast: float = 0.6
    jpeg_quality: int | None = None


def sample_sensor(rng: np.random.Generator) -> Sensor:
    """A camera as people have them; about a third are without noise, blur and compression."""
    exposure = float(np.clip(rng.normal(0.0, 0.35), -1.0, 1.0))
    warmth, tint = rng.normal(0.0, 0.05), rng.normal(0.0, 0.02)
    contrast = float(rng.uniform(0.1, 1.0))
    saturation = float(np.clip(rng.normal(0.95, 0.15), 0.5, 1.5))
    if rng.random() < 0.03:
        saturation = 0.0
    balance = (float(np.exp(warmth)), float(np.exp(tint)), float(np.exp(-warmth)))
    # All draws are made for every camera, so that one choice does not shift the next.
    faulty, with_noise, with_blur, with_motion, with_vignetting, with_jpeg = rng.random(6)
    noise = float(np.exp(rng.uniform(np.log(0.003), np.log(0.02))))
    blur = float(rng.uniform(0.3, 0.75))
    angle, length = rng.uniform(0.0, np.pi), rng.uniform(0.4, 1.6)
    vignetting = float(rng.uniform(0.05, 0.4))
    quality = int(rng.integers(45, 96))
    if faulty < 0.33:
        return Sensor(exposure, balance, saturation=saturation, contrast=contrast)
    motion = (float(length * np.cos(angle)), float(length * np.sin(angle)))
    return Sensor(
        exposure_stops=exposure,
        white_balance=balance,
        vignetting=vignetting if with_vignetting < 0.4 else 0.0,
        noise=noise if with_noise < 0.55 else 0.0,
        blur_px=blur if with_blur < 0.25 else 0.0,
        motion_px=motion if with_motion < 0.12 else (0.0, 0.0),
        saturation=saturation,
        contrast=contrast,
        jpeg_quality=quality if with_jpeg < 0.65 else None,
    )


def automatic_gain(light: FloatArray) -> float:
    """The gain that brings a picture's middle to mid grey without burning out its bright parts.

    Args:
        light: [H, W, 3], linear.
    """
    luminance = light.reshape(-1, 3)[::5] @ np.array([0.3, 0.6, 0.1], dtype=np.float32)
    middle = float(np.exp(np.log(luminance + 1e-3).mean()))
    bright = float(np.partition(luminance, int(0.95 * len(luminance)))[int(0.95 * len(luminance))])
    return 0.2 / max(middle, 0.16 * bright, 1e-4)


def blur_weights(blur_px: float, motion_px: tuple[float, float]) -> FloatArray:
    """[5, 5] weights of defocus and motion together, sum 1."""
    offsets = np.arange(5) - 2.0
    rows, columns = np.meshgrid(offsets, offsets, indexing="ij")
    width = 2.0 * max(blur_px, 0.3) ** 2
    total = np.zeros((5, 5))
    for along in np.linspace(-0.5, 0.5, 5):
        total += np.exp(
            -((columns - along * motion_px[0]) ** 2 + (rows - along * motion_px[1]) ** 2) / width
        )
    return (total / total.sum()).astype(np.float32)


def expose(light: FloatArray, sensor: Sensor, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """The picture [H, W, 3], sRGB, that a camera stores.

    Args:
        light: [H, W, 3], linear; exposure is automatic, though what is nearly black stays dark.
        sensor: The camera.
        rng: For noise.
    """
    from anyview.data.synthetic.development import blur_picture, develop_picture

    height, width, _ = light.shape
    if sensor.blur_px > 0 or sensor.motion_px != (0.0, 0.0):
        light = blur_picture(light, blur_weights(sensor.blur_px, sensor.motion_px))
    gain = automatic_gain(light) * 2.0**sensor.exposure_stops
    shape = (height, width, 3) if sensor.noise > 0 else (0, 0, 3)
    grain = rng.standard_normal(shape, dtype=np.float32)
    settings = np.array(
        [
            *(gain * g for g in sensor.white_balance),
            sensor.vignetting,
            sensor.noise,
            sensor.saturation,
            sensor.contrast,
        ],
        dtype=np.float32,
    )
    picture = develop_picture(light, grain, settings)
    return picture if sensor.jpeg_quality is None else _compress(picture, sensor.jpeg_quality)


def _compress(picture: npt.NDArray[np.uint8], quality: int) -> npt.NDArray[np.uint8]:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=quality)
    stream.seek(0)
    with Image.open(stream) as stored:
        return np.array(stored)
