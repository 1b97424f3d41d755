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

  /// The number of elements.
  package var count: Int { channels * height * width }
  package var description: String { "\(channels)×\(height)×\(width)" }
}
