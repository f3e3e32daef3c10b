# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The assembled network: backbone, dense head, cameras, Gaussians (DA3, figure 2)."""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from anyview.core.errors import InputError, OptionError
from anyview.model.backbone import Backbone, BackboneOutput
from anyview.model.camera import CameraDecoder, CameraEncoder, decode_pose
from anyview.model.config import PATCH, NetworkConfig, ReferenceView
from anyview.model.heads import AnyViewHead, DenseOutput, MonocularHead, chunked
from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.model.sky_fill import fill_sky

HEAD_CHUNK = 8
"""Views that a dense head works on at a time unless the caller says otherwise."""


class Network(nn.Module):
    """One network, any-view or monocular, as its config says.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone)
        self.head = AnyViewHead(config) if config.is_any_view else MonocularHead(config)
        self.camera_encoder: CameraEncoder | None = None
        self.camera_decoder: CameraDecoder | None = None
        if config.camera is not None:
            self.camera_encoder = CameraEncoder(config.backbone.width, config.camera)
            self.camera_decoder = CameraDecoder(config.backbone.feature_width)
        self.gaussian_head = None
        if config.gaussians:
            from anyview.model.gaussians import GaussianHead

            self.gaussian_head = GaussianHead(config)

    def forward(
        self,
        images: Float[Tensor, "B V 3 H W"],
        extrinsics: Float[Tensor, "B V 4 4"] | None = None,
        intrinsics: Float[Tensor, "B V 3 3"] | None = None,
        *,
        valid: Bool[Tensor, "B V H W"] | None = None,
        request: OutputRequest = OutputRequest(),  # noqa: B008 - frozen
        reference_view: ReferenceView = "saddle_balanced",
        head_chunk: int = HEAD_CHUNK,
    ) -> NetworkOutput:
        """Predict what is asked for; each scene of the batch for itself.

        Args:
            images: ImageNet-normalised RGB; H and W multiples of 14.
            extrinsics: World-to-camera of known cameras, taken as they come; with intrinsics.
            intrinsics: K in pixels of ``images``; with extrinsics.
            valid: False where a pixel (padding, masked) has no say in how far sky is put.
            request: What to compute.
            reference_view: How the reference view is chosen with 3 views or more and no cameras.
            head_chunk: Views that dense heads work on at a time: less memory, same result.

        Raises:
            InputError: If a side is not a multiple of 14, or cameras are half given or not
                understood by this network.
            OptionError: If Gaussians are asked of a network without that head.
        """
        self._check(images, extrinsics, intrinsics, request)
        image_size = (images.shape[-2], images.shape[-1])
        camera_tokens = None
        if extrinsics is not None and intrinsics is not None and self.camera_encoder is not None:
            camera_tokens = self.camera_encoder(extrinsics, intrinsics, *image_size)
        features = self.backbone(
            images,
            camera_tokens,
            reference_view=reference_view,
            feature_layers=request.feature_layers,
        )
        out = NetworkOutput(reference_view=features.reference)
        grid = (image_size[0] // PATCH, image_size[1] // PATCH)
        out.features = {i: x.unflatten(2, grid) for i, x in features.features.items()}
        self._predict_dense(features, image_size, request, head_chunk, out)
        if out.sky is not None and out.depth is not None:
            out.depth = fill_sky(out.depth, out.sky, valid)
        if not request.sky:
            out.sky = None
        if self.camera_decoder is not None and (request.cameras or request.gaussians):
            out.pose_encoding = self.camera_decoder(features.camera.float())
            out.extrinsics, out.intrinsics = decode_pose(out.pose_encoding, *image_size)
        if self.gaussian_head is not None and request.gaussians:
            assert out.depth is not None
            assert out.extrinsics is not None
            assert out.intrinsics is not None
            out.gaussians = self.gaussian_head(
                features.taken,
                images,
                out.depth,
                out.extrinsics,
                out.intrinsics,
                head_chunk=head_chunk,
            )
        return out

    def _check(
        self,
        images: Tensor,
        extrinsics: Tensor | None,
        intrinsics: Tensor | None,
        request: OutputRequest,
    ) -> None:
        height, width = images.shape[-2:]
        if height % PATCH or width % PATCH or not height or not width:
            raise InputError(
                f"Images are {height} x {width}; both sides must be multiples of {PATCH}. "
                "Predictor.predict resizes images by itself."
            )
        if (extrinsics is None) != (intrinsics is None):
            raise InputError("Known cameras need both extrinsics and intrinsics.")
        if extrinsics is not None and self.camera_encoder is None:
            raise InputError("This network is monocular and cannot be given cameras.")
        if request.gaussians and self.gaussian_head is None:
            raise OptionError("This network has no Gaussian head; published ones are giant models.")
        wrong = [i for i in request.feature_layers if not 0 <= i < self.config.backbone.depth]
        if wrong:
            raise OptionError(
                f"Feature layers {wrong} do not exist; there are 0 to "
                f"{self.config.backbone.depth - 1}."
            )

    def _predict_dense(
        self,
        features: BackboneOutput,
        image_size: tuple[int, int],
        request: OutputRequest,
        head_chunk: int,
        out: NetworkOutput,
    ) -> None:
        """Run the dense head on the views of all scenes, and split the scenes again."""
        scenes_and_views = features.taken[0][0].shape[:2]
        depth = request.depth or request.gaussians
        head = self.head
        if isinstance(head, AnyViewHead):
            if not (depth or request.rays):
                return

            def run(parts: list[tuple[Tensor, ...]]) -> DenseOutput:
                taken, stem = parts[:4], parts[4][0] if len(parts) > 4 else None
                return head(taken, image_size, stem, depth=depth, rays=request.rays)
        else:
            # The fill of depth reads the sky score.
            sky = request.sky or depth
            if not sky:
                return

            def run(parts: list[tuple[Tensor, ...]]) -> DenseOutput:
                taken, stem = parts[:4], parts[4][0] if len(parts) > 4 else None
                return head(taken, image_size, stem, depth=depth, sky=sky)

        flat = [tuple(s.flatten(0, 1) for s in streams) for streams in features.taken]
        if features.stem is not None:
            flat.append((features.stem.flatten(0, 1),))
        dense = chunked(run, flat, head_chunk)
        for name, value in vars(dense).items():
            if value is not None:
                setattr(out, name, value.unflatten(0, scenes_and_views))
