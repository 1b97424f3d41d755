import CV4L2
import Glibc

/// The calls by which a video node reaches the kernel; tests have a driver of their own.
///
/// A failure is the `errno`: negative where a descriptor is returned.
protocol VideoSystem: AnyObject, Sendable {
  /// A descriptor; with `converts`, libv4l2 offers YU12 made of formats that aren't read here.
  func open(_ path: String, converts: Bool) -> Int32
  func close(_ descriptor: Int32, converts: Bool)
  /// An ioctl: 0 or the `errno`.
  func control(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32
  /// The same past libv4l2.
  func driverControl(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32
  /// nil with `errno` set where it fails.
  func map(_ descriptor: Int32, length: Int, offset: Int64) -> UnsafeMutableRawPointer?
  func unmap(_ address: UnsafeMutableRawPointer?, length: Int)
  /// What `poll` says of a node: its events, 0 when the time is over, or the negative `errno`.
  func wait(_ descriptor: Int32, milliseconds: Int32) -> Int32
}

/// The kernel, through libv4l2.
final class KernelVideo: VideoSystem {
  static let shared = KernelVideo()

  func open(_ path: String, converts: Bool) -> Int32 {
    cv4l2_silence()
    let flags = O_RDWR | O_NONBLOCK | O_CLOEXEC
    let descriptor = converts ? cv4l2_open(path, flags) : Glibc.open(path, flags)
    return descriptor >= 0 ? descriptor : -errno
  }

  func close(_ descriptor: Int32, converts: Bool) {
    _ = converts ? v4l2_close(descriptor) : Glibc.close(descriptor)
  }

  func control(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32 {
    while cv4l2_ioctl(descriptor, code, argument) != 0 {
      let code = errno
      if code != EINTR { return code }
    }
    return 0
  }

  func driverControl(_ descriptor: Int32, _ code: UInt, _ argument: UnsafeMutableRawPointer) -> Int32 {
    while cv4l2_driver_ioctl(descriptor, code, argument) != 0 {
      let code = errno
      if code != EINTR { return code }
    }
    return 0
  }

  func map(_ descriptor: Int32, length: Int, offset: Int64) -> UnsafeMutableRawPointer? {
    let address = v4l2_mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset)
    return address == MAP_FAILED ? nil : address
  }

  func unmap(_ address: UnsafeMutableRawPointer?, length: Int) { v4l2_munmap(address, length) }

  func wait(_ descriptor: Int32, milliseconds: Int32) -> Int32 {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&entry, 1, milliseconds)
    if ready < 0 { return -errno }
    return ready > 0 ? Int32(entry.revents) : 0
  }
}
