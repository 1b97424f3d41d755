import CV4L2
import Glibc

/// An open `/dev/videoN`, closed when it goes. All V4L2 calls of the module pass through it.
struct VideoNode: ~Copyable {
  /// An ioctl and its name in the V4L2 documentation.
  struct Request: Sendable {
    let code: UInt
    let name: String

    static let capabilities = Request(code: cv4l2_querycap, name: "VIDIOC_QUERYCAP")
    static let enumerateFormats = Request(code: cv4l2_enum_fmt, name: "VIDIOC_ENUM_FMT")
    static let enumerateSizes = Request(code: cv4l2_enum_framesizes, name: "VIDIOC_ENUM_FRAMESIZES")
    static let enumerateIntervals = Request(code: cv4l2_enum_frameintervals, name: "VIDIOC_ENUM_FRAMEINTERVALS")
    static let format = Request(code: cv4l2_g_fmt, name: "VIDIOC_G_FMT")
    static let setFormat = Request(code: cv4l2_s_fmt, name: "VIDIOC_S_FMT")
    static let parameters = Request(code: cv4l2_g_parm, name: "VIDIOC_G_PARM")
    static let setParameters = Request(code: cv4l2_s_parm, name: "VIDIOC_S_PARM")
    static let requestBuffers = Request(code: cv4l2_reqbufs, name: "VIDIOC_REQBUFS")
    static let queryBuffer = Request(code: cv4l2_querybuf, name: "VIDIOC_QUERYBUF")
    static let exportBuffer = Request(code: cv4l2_expbuf, name: "VIDIOC_EXPBUF")
    static let queueBuffer = Request(code: cv4l2_qbuf, name: "VIDIOC_QBUF")
    static let dequeueBuffer = Request(code: cv4l2_dqbuf, name: "VIDIOC_DQBUF")
    static let streamOn = Request(code: cv4l2_streamon, name: "VIDIOC_STREAMON")
    static let streamOff = Request(code: cv4l2_streamoff, name: "VIDIOC_STREAMOFF")
    static let queryControl = Request(code: cv4l2_queryctrl, name: "VIDIOC_QUERYCTRL")
    static let queryMenu = Request(code: cv4l2_querymenu, name: "VIDIOC_QUERYMENU")
    static let control = Request(code: cv4l2_g_ctrl, name: "VIDIOC_G_CTRL")
    static let setControl = Request(code: cv4l2_s_ctrl, name: "VIDIOC_S_CTRL")
  }

  let path: String
  let descriptor: Int32
  let system: any VideoSystem
  private let converts: Bool

  /// Opens without blocking; with `converts`, libv4l2 offers YU12 made of formats that aren't read here.
  init(path: String, converts: Bool, system: any VideoSystem = KernelVideo.shared) throws(CaptureError) {
    descriptor = system.open(path, converts: converts)
    self.path = path
    self.system = system
    self.converts = converts
    guard descriptor >= 0 else { throw .device(path: path, call: "open", code: -descriptor) }
  }

  deinit {
    if descriptor >= 0 { system.close(descriptor, converts: converts) }
  }

  /// Makes the call; 0 or the `errno`.
  func attempt<Argument>(_ request: Request, _ argument: inout Argument) -> Int32 {
    withUnsafeMutablePointer(to: &argument) { system.control(descriptor, request.code, $0) }
  }

  /// Makes the call past libv4l2; 0 or the `errno`.
  func attemptOfDriver<Argument>(_ request: Request, _ argument: inout Argument) -> Int32 {
    withUnsafeMutablePointer(to: &argument) { system.driverControl(descriptor, request.code, $0) }
  }

  /// - Throws: ``CaptureError/device(path:call:reason:)`` when the driver refuses.
  func call<Argument>(_ request: Request, _ argument: inout Argument) throws(CaptureError) {
    let code = attempt(request, &argument)
    guard code == 0 else { throw .device(path: path, call: request.name, code: code) }
  }
}

extension CaptureError {
  /// A device call failed with that `errno`.
  static func device(path: String, call: String, code: Int32) -> CaptureError {
    let reason = String(cString: strerror(code))
    return switch code {
    case EBUSY: .device(path: path, call: call, reason: "\(reason): another program uses the camera")
    case EACCES, EPERM: .device(path: path, call: call, reason: "\(reason): is this user in the group “video”?")
    case ENODEV: .device(path: path, call: call, reason: "\(reason): the camera was unplugged")
    default: .device(path: path, call: call, reason: reason)
    }
  }
}
