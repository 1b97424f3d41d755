/// A picture as its source delivered it, for recordings; lent as long as the frame that it belongs to.
package struct SourcePicture {
  /// How the bytes are to be read.
  package enum Coding: Equatable, Sendable {
    /// One JPEG of `byteCount` bytes, in the first plane.
    case jpeg(byteCount: Int)
    /// Planes of pixels; libav's number of their format (`AVPixelFormat`).
    case pixels(format: Int32)
  }

  package var coding: Coding
  /// Pixels.
  package var width, height: Int
  /// The first row of each plane; planes that the format doesn't have are nil.
  package var planes: InlineArray<4, UnsafePointer<UInt8>?>
  /// Bytes from one row to the next, for each plane.
  package var strides: InlineArray<4, Int32>

  package init(
    coding: Coding, width: Int, height: Int, planes: InlineArray<4, UnsafePointer<UInt8>?>,
    strides: InlineArray<4, Int32>
  ) {
    self.coding = coding
    self.width = width
    self.height = height
    self.planes = planes
    self.strides = strides
  }

  /// A JPEG.
  package init(jpeg: UnsafeBufferPointer<UInt8>, width: Int, height: Int) {
    self.init(
      coding: .jpeg(byteCount: jpeg.count), width: width, height: height, planes: [jpeg.baseAddress, nil, nil, nil],
      strides: [0, 0, 0, 0])
  }
}
