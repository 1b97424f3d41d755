import GLES

/// Where tensors' tiles lie in one texture: each image's groups of channels stand side by side, with texels that stay zero
/// around them, the zero padding of convolutions.
///
/// A group is as many blocks of four channels as a pass has targets for; block `b` of a group is layer `b` of the texture.
/// Tiles begin at multiples of 4 texels: llvmpipe draws 4 × 4 at a time, GPUs 2 × 2.
struct TileSheet: Equatable, Sendable {
  private static let grid = 4

  /// Texels.
  private(set) var width = grid
  private(set) var height = 0
  /// Blocks of four channels a tile.
  let group: Int
  let format: Texture.Format

  /// Layers of the texture.
  var layers: Int { group * format.texelsABlock }

  init(group: Int, format: Texture.Format) {
    self.group = group
    self.format = format
  }

  /// Makes room for an image's groups; returns the first one's corner.
  mutating func place(width tile: Int, height rows: Int, groups: Int) -> SIMD2<Int> {
    let corner = SIMD2(width, Self.grid)
    width += groups * Self.pitch(tile)
    height = max(height, Self.grid + rows + 1)
    return corner
  }

  /// Texels from a group's tile to the next one's.
  static func pitch(_ tile: Int) -> Int { (tile + 1 + grid - 1) / grid * grid }
}

/// Where a value lies.
struct TilePlace: Equatable, Sendable {
  /// The planned texture.
  var texture: Int
  /// For each image of the batch, its first texel.
  var corners: [SIMD2<Int>]
  /// Texels from a group to the next, and blocks a group.
  var pitch: Int
  var group: Int
  /// A vector is one row of blocks, without anything around it.
  var isVector = false
  /// As the texture has it.
  var width: Int
  var height: Int
  var blocks: Int
  /// For a vector: rows to sum, and what is then to be applied.
  var slices = 1
  var activation = FramePlan.ActivationCode.none
}

extension Texture.Format {
  /// Texels that four channels take: two where a texel is the bytes of two halves.
  package var texelsABlock: Int { self == .rgba8 ? 2 : 1 }

  /// What shaders are told of the way they read and write this format.
  var storageDefines: [String: String] {
    switch self {
    case .rgba32ui: ["BITS": ""]
    case .rgba8: ["BYTES": ""]
    case .rgba16f, .r16f: ["HALF": ""]
    case .r8, .r32f, .rgba32f: [:]
    }
  }
}
