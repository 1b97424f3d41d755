import CAvformat
import FaceCore

/// Gives the luma plane of a decoded picture: lent where the format has one of 8 bits, converted by libswscale elsewhere.
final class GreyConverter {
  private var scaler: OpaquePointer?
  /// Width, height and pixel format that the scaler was made for.
  private var scalerShape = SIMD3<Int32>(repeating: -1)
  private var converted = PixelMemory()
  private var turned = PixelMemory()
  // Four planes each, as libswscale asks; only the first is grey.
  private var planes = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: 4)
  private var strides = [Int32](repeating: 0, count: 4)
  private var knownFormat: Int32 = -1
  private var hasLumaPlane = false

  deinit { sws_freeContext(scaler) }

  /// The luma of `picture`, turned clockwise by quarter turns; valid until the next call and as long as the picture is.
  func luma(
    of picture: UnsafeMutablePointer<AVFrame>, path: String, at time: CaptureTime, clockwiseTurns: Int = 0
  ) throws(CaptureError) -> Frame {
    let (width, height) = (Int(picture.pointee.width), Int(picture.pointee.height))
    let stride = Int(picture.pointee.linesize.0)
    if picture.pointee.format != knownFormat {
      knownFormat = picture.pointee.format
      hasLumaPlane = Self.hasLumaPlane(knownFormat)
    }
    let frame =
      if hasLumaPlane, let plane = picture.pointee.data.0, stride >= width {
        Frame(pixels: UnsafePointer(plane), width: width, height: height, stride: stride, time: time)
      } else { try convert(picture, path: path, at: time) }
    return clockwiseTurns == 0 ? frame : turn(frame, clockwiseTurns)
  }

  /// Whether the first plane of a pixel format is luma, a byte a pixel.
  static func hasLumaPlane(_ format: Int32) -> Bool {
    guard let description = av_pix_fmt_desc_get(AVPixelFormat(rawValue: format)) else { return false }
    let other = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL
    let luma = description.pointee.comp.0
    return description.pointee.flags & UInt64(other) == 0
      && (luma.plane, luma.step, luma.offset, luma.shift, luma.depth) == (0, 1, 0, 0, 8)
  }

  private func convert(
    _ picture: UnsafeMutablePointer<AVFrame>, path: String, at time: CaptureTime
  ) throws(CaptureError) -> Frame {
    let (width, height) = (picture.pointee.width, picture.pointee.height)
    let shape = SIMD3(width, height, picture.pointee.format)
    if scaler == nil || shape != scalerShape {
      sws_freeContext(scaler)
      scaler = Self.makeScaler(shape)
      scalerShape = shape
    }
    guard let scaler else { throw .unreadable(path: path, reason: "its pixel format can't be converted to grey") }
    let pixels = converted.reserve(Int(width) * Int(height))
    planes[0] = pixels
    strides[0] = width
    let rows = withUnsafeBytes(of: &picture.pointee.data) { data in
      withUnsafeBytes(of: &picture.pointee.linesize) { lineSizes in
        let source = data.assumingMemoryBound(to: UnsafePointer<UInt8>?.self).baseAddress
        return sws_scale(
          scaler, source, lineSizes.assumingMemoryBound(to: Int32.self).baseAddress, 0, height, planes, strides)
      }
    }
    guard rows == height else { throw .unreadable(path: path, reason: "a picture can't be converted to grey") }
    return Frame(
      pixels: UnsafePointer(pixels), width: Int(width), height: Int(height), stride: Int(width), time: time)
  }

  /// Luma keeps its range, 16…235 or 0…255, as it does where the plane is lent: libswscale takes grey to be of full range and
  /// would stretch, so it is told the same of the source. Changing the range afterwards has no effect above 8 bits.
  private static func makeScaler(_ shape: SIMD3<Int32>) -> OpaquePointer? {
    guard let scaler = sws_alloc_context() else { return nil }
    let options: [(String, Int64)] = [
      ("srcw", Int64(shape.x)), ("srch", Int64(shape.y)), ("src_format", Int64(shape.z)), ("src_range", 1),
      ("dstw", Int64(shape.x)), ("dsth", Int64(shape.y)), ("dst_format", Int64(AV_PIX_FMT_GRAY8.rawValue)),
      ("dst_range", 1), ("sws_flags", Int64(SWS_POINT | SWS_ACCURATE_RND)),
    ]
    let isSet = options.allSatisfy { av_opt_set_int(UnsafeMutableRawPointer(scaler), $0.0, $0.1, 0) >= 0 }
    if isSet, sws_init_context(scaler, nil, nil) >= 0 { return scaler }
    sws_freeContext(scaler)
    return nil
  }

  private func turn(_ frame: Frame, _ turns: Int) -> Frame {
    let (width, height) = turns & 1 == 0 ? (frame.width, frame.height) : (frame.height, frame.width)
    let pixels = turned.reserve(width * height)
    // Where the first pixel of the copy lies in the frame, and the steps there for one pixel right and one row down.
    let (last, bottom) = (frame.width - 1, (frame.height - 1) * frame.stride)
    let (start, right, down) =
      switch turns & 3 {
      case 0: (0, 1, frame.stride)
      case 1: (bottom, -frame.stride, 1)
      case 2: (bottom + last, -1, -frame.stride)
      default: (last, frame.stride, -1)
      }
    for row in 0..<height {
      let (from, to) = (frame.pixels + start + row * down, pixels + row * width)
      for column in 0..<width { to[column] = from[column * right] }
    }
    return Frame(pixels: UnsafePointer(pixels), width: width, height: height, stride: width, time: frame.time)
  }
}

/// Bytes that are allocated anew only when their number changes.
private struct PixelMemory: ~Copyable {
  private var bytes = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  init() {}

  deinit { bytes.deallocate() }

  mutating func reserve(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    if bytes.count != count {
      bytes.deallocate()
      bytes = .allocate(capacity: count)
    }
    return bytes.baseAddress!
  }
}
