import CV4L2
import FaceCore
import Glibc

extension VideoNode {
  /// A format as the driver granted it; `stride` is in bytes, 0 for compressed formats.
  struct Granted {
    var format: PixelFormat
    var width, height, stride: Int
  }

  /// Asks for format and size. Drivers answer with what they have, sometimes another format: that is read, not assumed.
  func setFormat(_ format: PixelFormat, _ request: CameraRequest) throws(CaptureError) -> Granted {
    var answer = v4l2_format()
    answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    answer.fmt.pix.width = UInt32(clamping: request.width)
    answer.fmt.pix.height = UInt32(clamping: request.height)
    answer.fmt.pix.pixelformat = format.code
    answer.fmt.pix.field = V4L2_FIELD_NONE.rawValue
    try call(.setFormat, &answer)
    try call(.format, &answer)
    let pix = answer.fmt.pix
    guard let granted = PixelFormat(code: pix.pixelformat) else {
      throw .device(
        path: path, call: "VIDIOC_S_FMT",
        reason: "\(format.rawValue) was asked for, \(PixelFormat.name(ofCode: pix.pixelformat)) granted")
    }
    let tight = Int(pix.width) * (granted.bytesPerPixel ?? 0)
    return Granted(
      format: granted, width: Int(pix.width), height: Int(pix.height),
      stride: granted.bytesPerPixel == nil ? 0 : max(tight, Int(pix.bytesperline)))
  }

  /// Asks for a rate and returns the granted one; 0 where the driver has no say in it.
  func setRate(_ framesPerSecond: Double) -> Double {
    var answer = v4l2_streamparm()
    answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    answer.parm.capture.timeperframe = v4l2_fract(
      numerator: 1000, denominator: UInt32(clamping: Int((framesPerSecond * 1000).rounded())))
    // Drivers without rates refuse both calls; they stream at their own.
    _ = attempt(.setParameters, &answer)
    answer = v4l2_streamparm()
    answer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
    guard attempt(.parameters, &answer) == 0 else { return 0 }
    return answer.parm.capture.timeperframe.rate ?? 0
  }
}

extension v4l2_buffer {
  /// The driver's stamp, nil unless it is of CLOCK_MONOTONIC.
  var monotonicTime: CaptureTime? {
    guard flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK) == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) else { return nil }
    return CaptureTime(nanoseconds: Int64(timestamp.tv_sec) * 1_000_000_000 + Int64(timestamp.tv_usec) * 1000)
  }
}

extension CaptureTime {
  /// This moment of CLOCK_MONOTONIC.
  static var now: CaptureTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return CaptureTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func + (time: CaptureTime, duration: Duration) -> CaptureTime {
    let (seconds, attoseconds) = duration.components
    return CaptureTime(nanoseconds: time.nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
