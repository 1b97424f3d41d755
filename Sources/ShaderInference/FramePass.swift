import GLES

/// One draw of a ``FramePlan``, as data: tiles of several images, groups of channels and networks.
struct FramePass: Sendable {
  /// The layers it computes, for people.
  var names: [String]
  var shader: ShaderFile
  var defines: [String: String]
  /// Planned textures, by role.
  var inputs: [ShaderPass.Sampler: Int]
  /// The planned uniform block of the weights, if they lie in one.
  var block: Int?
  /// The planned texture it writes, all layers of it.
  var target: Int
  /// Blocks that a pixel writes.
  var blocks: Int
  /// Source texels a target texel.
  var stride = 1
  /// Taps of the kernel.
  var taps = 1
  /// Rows of the depthwise weights.
  var depthwiseRows = 1
  /// The tiles, as `tile.vert.glsl` takes them: five vectors each.
  var tiles: [Tile]
  /// For the pass that draws crops: what they are, tile by tile.
  var crops: [FramePlan.Crop] = []
  /// Multiply-adds.
  var multiplyAdds = 0

  /// One instance.
  struct Tile: Sendable {
    /// x, y, width, height in the target.
    var tile: SIMD4<Float>
    /// The network, for people.
    let network: Int
    var given: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>)

    init(
      _ corner: SIMD2<Int>, width: Int, height: Int, _ first: SIMD4<Float> = .zero, _ second: SIMD4<Float> = .zero,
      _ third: SIMD4<Float> = .zero, _ fourth: SIMD4<Float> = .zero, network: Int
    ) {
      self.network = network
      tile = SIMD4(Float(corner.x), Float(corner.y), Float(width), Float(height))
      given = (first, second, third, fourth)
    }

    var floats: [Float] {
      [tile, given.0, given.1, given.2, given.3].flatMap { [$0.x, $0.y, $0.z, $0.w] }
    }
  }
}

extension SIMD4<Float> {
  /// Where a shader reads a value of an image: corner, texels from group to group, blocks a group.
  init(_ place: TilePlace, image: Int) {
    let corner = place.corners[image]
    self.init(Float(corner.x), Float(corner.y), Float(place.pitch), Float(place.group))
  }
}
