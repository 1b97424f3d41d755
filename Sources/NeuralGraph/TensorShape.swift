/// The extent of one image's tensor: channels × height × width (the batch is not part of it).
///
/// Arrays of tensor elements are in C, H, W order: element (c, y, x) stands at `(c * height + y) * width + x`.
package struct TensorShape: Hashable, Sendable, CustomStringConvertible {
  package var channels: Int
  package var height: Int
  package var width: Int

  package init(channels: Int, height: Int, width: Int) {
    self.channels = channels
    self.height = height
    self.width = width
  }

  /// How a tensor of any number of axes is kept, its elements in row-major order: the last two axes are height and width,
  /// what comes before them is channels; a row vector is channels alone. Where that would make an edge that graphics
  /// hardware has no textures for, the edges are evened out.
  package init(folding extents: [Int]) {
    let count = extents.reduce(1, *)
    let (height, width) = extents.count > 2 ? (extents[extents.count - 2], extents[extents.count - 1]) : (1, 1)
    self.init(channels: count / max(height * width, 1), height: height, width: width)
    if extents.count == 2, extents[0] > 1 { self.init(channels: 1, height: extents[0], width: extents[1]) }
    guard channels > 4096 || self.height > 2048 || self.width > 2048 else { return }
    let wide = Self.divisor(of: count, atMost: 1024)
    let high = Self.divisor(of: count / wide, atMost: 1024)
    self.init(channels: count / wide / high, height: high, width: wide)
  }

  private static func divisor(of count: Int, atMost limit: Int) -> Int {
    (1...limit).last { count % $0 == 0 } ?? 1
  }

  /// The number of elements.
  package var count: Int { channels * height * width }
  package var description: String { "\(channels)×\(height)×\(width)" }
}
