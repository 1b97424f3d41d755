/// One draw, as data: what it reads, which shader it runs, where it writes. Compiled once, bound each frame.
struct ShaderPass: Sendable {
  /// A texture by its role in the shader; the raw value is its unit.
  enum Sampler: Int, CaseIterable, Sendable {
    case source, weights, residual, depthwiseWeights, moments, luma, sheet, cells
  }

  /// Where a pass writes.
  enum Target: Hashable, Sendable {
    /// Layers of a planned texture.
    case texture(Int, layers: Range<Int>)
    /// The sheet that is read back, from a row counted from the executor's first.
    case sheet(row: Int)
  }

  /// For messages: the nodes it computes.
  var name: String
  var shader: ShaderFile
  /// What the shader is specialised by.
  var defines: [String: String]
  /// Planned textures, by role.
  var inputs: [Sampler: Int]
  /// The planned uniform block of its weights, if they lie in one.
  var block: Int?
  var geometry: PassGeometry
  var target: Target
  /// Tiles to draw: the images of the batch, or 1.
  var instances: Int

  /// Colour attachments.
  var blocks: Int {
    if case .texture(_, let layers) = target { layers.count } else { 1 }
  }
}

/// The numbers that a pass hands its shaders as `uniform vec4 geometry[6]`. In texels unless said otherwise.
struct PassGeometry: Equatable, Sendable {
  /// The first tile of the target: x, y, width, height.
  var tile: SIMD4<Float> = .zero
  var targetSize: SIMD2<Float> = .zero
  /// From one image of the batch to the next, in the target and in the source.
  var targetPitch: Float = 0
  var sourcePitch: Float = 0
  /// Source texels a target texel.
  var stride: Float = 1
  var sourceSize: SIMD2<Float> = .zero
  /// Blocks (or layers) of the source to sum over.
  var sourceBlocks: Float = 0
  /// The source's (0, 0).
  var sourceOrigin: SIMD2<Float> = .zero
  /// The pooled block, or the source's width and height.
  var extent: SIMD2<Float> = .zero
  var weightSize = SIMD2<Float>(1, 1)
  /// The channel of the pass's first output.
  var firstChannel: Float = 0
  /// Taps of the kernel, or the layer of the biases for a sum of slices.
  var taps: Float = 1
  /// What only one shader understands.
  var special: SIMD4<Float> = .zero

  var floats: [Float] {
    [
      tile.x, tile.y, tile.z, tile.w,
      targetSize.x, targetSize.y, targetPitch, stride,
      sourceSize.x, sourceSize.y, sourcePitch, sourceBlocks,
      sourceOrigin.x, sourceOrigin.y, extent.x, extent.y,
      weightSize.x, weightSize.y, firstChannel, taps,
      special.x, special.y, special.z, special.w,
    ]
  }
}

extension PassGeometry {
  /// From one tensor's texels to another's; the tile is the first image of the target.
  init(from source: TensorLayout, to target: TensorLayout, stride: Int = 1) {
    let (width, height) =
      target.kind == .image ? (target.shape.width, target.shape.height) : (target.width, target.height)
    tile = SIMD4(Float(target.origin), Float(target.origin), Float(width), Float(height))
    targetSize = SIMD2(Float(target.width), Float(target.height))
    targetPitch = Float(target.pitch)
    self.stride = Float(stride)
    sourceSize = SIMD2(Float(source.width), Float(source.height))
    sourcePitch = Float(source.pitch)
    sourceBlocks = Float(source.layers)
    sourceOrigin = SIMD2(Float(source.origin), Float(source.origin))
    extent = SIMD2(Float(source.shape.width), Float(source.shape.height))
  }
}
