import CV4L2
import FaceCore
import Glibc

/// Hears from the kernel that a video device came, so that nobody has to look again and again.
///
/// Used from one thread. Where events can't be heard (some containers), waiting is only waiting.
final class DeviceEvents {
  private let descriptor: Int32

  /// Listens to the kernel.
  convenience init() { self.init(descriptor: cv4l2_open_uevents()) }

  /// Reads events from a socket, which it closes; -1 hears nothing.
  init(descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Waits, at most so long; true as soon as a video device came or changed.
  func wait(_ duration: Duration) -> Bool {
    let deadline = CaptureTime.now + duration
    while true {
      let left = max(0, deadline.nanoseconds - CaptureTime.now.nanoseconds)
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // poll passes over a negative descriptor.
      let ready = poll(&entry, 1, Int32(clamping: (left + 999_999) / 1_000_000))
      if ready > 0, hear() { return true }
      if left == 0 { return false }
    }
  }

  /// Reads all that waits; whether a video device was among it.
  private func hear() -> Bool {
    guard descriptor >= 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 8192)
    var found = false
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count < 0, errno == EINTR { continue }
      // Too many at once (ENOBUFS): one of those that were lost may have been it.
      if count < 0, errno == ENOBUFS {
        found = true
        continue
      }
      guard count > 0 else { return found }
      if Self.isArrival(buffer[..<count]) { found = true }
    }
  }

  /// Whether a message of the kernel (`add@/devices/…`, then `KEY=value`, each ended by a zero) says that a video device came or
  /// changed.
  static func isArrival(_ message: ArraySlice<UInt8>) -> Bool {
    let parts = message.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    return parts.contains("SUBSYSTEM=video4linux")
      && ["ACTION=add", "ACTION=change", "ACTION=bind"].contains(where: parts.contains)
  }
}
