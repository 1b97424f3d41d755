import Glibc

/// A GBM buffer manager on a DRM render node, opened through `libgbm.so.1` if that is installed: only one rung needs
/// it, so it is no dependency of the package.
struct GBMDevice {
  let pointer: UnsafeMutableRawPointer
  private let descriptor: Int32
  private let library: UnsafeMutableRawPointer

  private typealias Create = @convention(c) (Int32) -> UnsafeMutableRawPointer?
  private typealias Destroy = @convention(c) (UnsafeMutableRawPointer) -> Void

  /// The device on that render node, or why there is none.
  static func open(_ path: String) -> (device: GBMDevice?, reason: String) {
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return (nil, "\(path): \(String(cString: strerror(errno)))") }
    guard let library = dlopen("libgbm.so.1", RTLD_NOW | RTLD_LOCAL), let create = dlsym(library, "gbm_create_device")
    else {
      _ = Glibc.close(descriptor)
      return (nil, "libgbm.so.1 is not installed")
    }
    guard let pointer = unsafeBitCast(create, to: Create.self)(descriptor) else {
      _ = Glibc.close(descriptor)
      _ = dlclose(library)
      return (nil, "\(path): gbm_create_device failed")
    }
    return (GBMDevice(pointer: pointer, descriptor: descriptor, library: library), "")
  }

  /// Destroys the device. Call it after the display on it is terminated. The library stays loaded: the driver behind it
  /// may have registered exit handlers.
  func close() {
    if let destroy = dlsym(library, "gbm_device_destroy") { unsafeBitCast(destroy, to: Destroy.self)(pointer) }
    _ = Glibc.close(descriptor)
  }
}
