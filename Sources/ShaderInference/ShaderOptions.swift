import GLES

/// How tensors are kept and shaders are built: what the probe found best for a renderer.
package struct ShaderOptions: Equatable, Sendable {
  /// Activations: RGBA16F on hardware, RGBA32F on software, where it costs the same (Mesa 22.3: within noise) and errs
  /// 1000 times less.
  package var tensorFormat: Texture.Format
  /// Sums, moments and the sheet of outputs: RGBA32F wherever that can be rendered to.
  package var preciseFormat: Texture.Format
  /// Whether loop bounds are written into the shaders. A GPU's compiler unrolls and schedules by them; llvmpipe's takes
  /// minutes over unrolled layers, and shares one shader between layers without them.
  package var constantBounds: Bool
  /// Where convolutions find their weights.
  package var weights: WeightPlacement
  /// Colour attachments a pass writes, 1…8; 4 is what every OpenGL ES 3.0 driver has.
  package var targets: Int
  /// Whether outputs come through pixel-pack buffers and fences. On software renderers a direct read is faster.
  package var packBuffers: Bool
  /// Slices that a fully connected layer's input is cut into, so that a GPU has pixels enough to work on; 1 for none.
  package var denseSlices = 1
  /// How weights are kept: as halves where tensors are no 32-bit floats. Every driver of OpenGL ES 3.0 samples both.
  var weightFormat: Texture.Format { tensorFormat == .rgba32f ? .rgba32f : .rgba16f }

  /// A place for the weights of convolutions.
  package enum WeightPlacement: Equatable, Sendable {
    /// In array textures: any size, and the faster on llvmpipe.
    case textures
    /// In a uniform block a pass, where the pass's weights fit these bytes, else in textures. GPUs read them by scalar
    /// loads; which is faster the probe measures.
    case uniformBlocks(bytes: Int)
  }

  /// Options by hand; ``CapabilityProbe`` finds those that suit a renderer.
  package init(
    tensorFormat: Texture.Format, preciseFormat: Texture.Format, constantBounds: Bool,
    weights: WeightPlacement = .textures, targets: Int = 4, packBuffers: Bool, denseSlices: Int = 1
  ) {
    precondition((1...8).contains(targets), "a pass writes 1…8 attachments")
    self.tensorFormat = tensorFormat
    self.preciseFormat = preciseFormat
    self.constantBounds = constantBounds
    self.weights = weights
    self.targets = targets
    self.packBuffers = packBuffers
    self.denseSlices = denseSlices
  }

  /// For software renderers.
  package static let software = ShaderOptions(
    tensorFormat: .rgba32f, preciseFormat: .rgba32f, constantBounds: false, packBuffers: false)
  /// For GPUs that can render to 32-bit floats too.
  package static let hardware = ShaderOptions(
    tensorFormat: .rgba16f, preciseFormat: .rgba32f, constantBounds: true, packBuffers: true, denseSlices: 8)
}
