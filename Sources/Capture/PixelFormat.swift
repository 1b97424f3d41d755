/// The formats of a camera that are read here, best first: what costs least to reach 8-bit luma.
package enum PixelFormat: String, CaseIterable, Sendable {
  /// 8-bit luma.
  case grey = "GREY"
  /// A plane of luma, then one of interleaved chroma at a quarter of the size.
  case nv12 = "NV12"
  /// A plane of luma, then two of chroma.
  case yu12 = "YU12"
  /// Luma in every other byte.
  case yuyv = "YUYV"
  /// One JPEG a frame.
  case mjpeg = "MJPG"

  /// The V4L2 name's four characters, the first in the lowest byte.
  var code: UInt32 { rawValue.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) } }

  /// nil for what isn't read here.
  init?(code: UInt32) {
    guard let format = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = format
  }

  /// Bytes a luma pixel takes in a row, nil for compressed formats.
  var bytesPerPixel: Int? {
    switch self {
    case .grey, .nv12, .yu12: 1
    case .yuyv: 2
    case .mjpeg: nil
    }
  }

  /// A V4L2 code as text, such as `UYVY`; unprintable bytes become dots.
  static func name(ofCode code: UInt32) -> String {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * $0)) }
    return String(decoding: bytes.map { (32..<127).contains($0) ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
  }
}
