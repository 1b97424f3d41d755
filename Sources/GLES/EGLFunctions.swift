import CEGL

/// EGL's extension functions, looked up by name: none of them is sure to be there.
enum EGLFunctions {
  private typealias QueryDevices =
    @convention(c) (
      EGLint, UnsafeMutablePointer<EGLDeviceEXT?>?, UnsafeMutablePointer<EGLint>
    ) -> EGLBoolean
  private typealias QueryDeviceString = @convention(c) (EGLDeviceEXT?, EGLint) -> UnsafePointer<CChar>?
  private typealias GetPlatformDisplay =
    @convention(c) (
      EGLenum, UnsafeMutableRawPointer?, UnsafePointer<EGLint>?
    ) -> EGLDisplay?

  /// The function of that name; a lookup may succeed for a function that the driver lacks, so the extension is asked first.
  static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
    guard let address = eglGetProcAddress(name) else { return nil }
    return unsafeBitCast(address, to: type)
  }

  /// Client extensions: what can be done before there is a display. Empty with an EGL too old to say.
  static var clientExtensions: Set<String> { extensions(of: nil) }

  static func extensions(of display: EGLDisplay?) -> Set<String> {
    guard let text = eglQueryString(display, EGL_EXTENSIONS) else { return [] }
    return Set(String(cString: text).split(separator: " ").map(String.init))
  }

  static func devices() -> [EGLDeviceEXT] {
    guard let query = function("eglQueryDevicesEXT", as: QueryDevices.self) else { return [] }
    var count: EGLint = 0
    guard query(0, nil, &count) == EGL_TRUE, count > 0 else { return [] }
    var devices = [EGLDeviceEXT?](repeating: nil, count: Int(count))
    guard query(count, &devices, &count) == EGL_TRUE else { return [] }
    return devices.prefix(Int(count)).compactMap { $0 }
  }

  static func deviceString(_ device: EGLDeviceEXT, _ name: EGLint) -> String? {
    guard let query = function("eglQueryDeviceStringEXT", as: QueryDeviceString.self) else { return nil }
    return query(device, name).map { String(cString: $0) }
  }

  static func platformDisplay(_ platform: Int32, _ native: UnsafeMutableRawPointer?) -> EGLDisplay? {
    guard let get = function("eglGetPlatformDisplayEXT", as: GetPlatformDisplay.self) else { return nil }
    return get(EGLenum(platform), native, nil)
  }

  /// EGL's last error on this thread, in hexadecimal.
  static var lastError: String { "EGL error 0x" + String(eglGetError(), radix: 16) }
}
