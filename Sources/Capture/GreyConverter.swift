import CAvformat
import FaceCore

/// Gives the luma plane of a decoded picture: lent where the format has one of 8 bits, converted by libswscale elsewhere.
final class GreyConverter {
  /// Formats whose first plane is 8-bit luma.
  private static let planar: Set<Int32> = Set(
    [
      AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV411P,
      AV_PIX_FMT_YUV410P, AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P,
      AV_PIX_FMT_NV12, AV_PIX_FMT_NV21, AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUVA420P,
    ].map(\.rawValue))

  private var scaler: OpaquePointer?
  private var buffer = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)

  deinit {
    sws_freeContext(scaler)
    buffer.deallocate()
  }

  /// The luma of `picture`, valid until the next call and as long as the picture is.
  func luma(
    of picture: UnsafeMutablePointer<AVFrame>, path: String, at time: CaptureTime
  ) throws(CaptureError) -> Frame {
    let (width, height) = (Int(picture.pointee.width), Int(picture.pointee.height))
    let plane = picture.pointee.data.0
    let stride = Int(picture.pointee.linesize.0)
    if Self.planar.contains(picture.pointee.format), let plane, stride >= width {
      return Frame(pixels: UnsafePointer(plane), width: width, height: height, stride: stride, time: time)
    }
    return try converted(picture, path: path, at: time)
  }

  private func converted(
    _ picture: UnsafeMutablePointer<AVFrame>, path: String, at time: CaptureTime
  ) throws(CaptureError) -> Frame {
    let (width, height) = (picture.pointee.width, picture.pointee.height)
    scaler = sws_getCachedContext(
      scaler, width, height, AVPixelFormat(rawValue: picture.pointee.format), width, height, AV_PIX_FMT_GRAY8,
      Int32(SWS_POINT), nil, nil, nil)
    guard scaler != nil else { throw .unreadable(path: path, reason: "its pixel format can't be converted to grey") }
    let count = Int(width) * Int(height)
    if buffer.count != count {
      buffer.deallocate()
      buffer = .allocate(capacity: count)
    }
    let pixels = buffer.baseAddress!
    var strides: (Int32, Int32, Int32, Int32) = (width, 0, 0, 0)
    var planes: (UnsafeMutablePointer<UInt8>?, Int, Int, Int) = (pixels, 0, 0, 0)
    withUnsafePointer(to: &picture.pointee.data) { data in
      data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 8) { source in
        withUnsafePointer(to: &picture.pointee.linesize) { sourceStrides in
          sourceStrides.withMemoryRebound(to: Int32.self, capacity: 8) { sourceStrides in
            withUnsafeMutablePointer(to: &planes) { target in
              target.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 4) { target in
                withUnsafePointer(to: &strides) { targetStrides in
                  targetStrides.withMemoryRebound(to: Int32.self, capacity: 4) { targetStrides in
                    _ = sws_scale(scaler, source, sourceStrides, 0, height, target, targetStrides)
                  }
                }
              }
            }
          }
        }
      }
    }
    return Frame(
      pixels: UnsafePointer(pixels), width: Int(width), height: Int(height), stride: Int(width), time: time)
  }
}
