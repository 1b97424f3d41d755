import Glibc

/// Wakes a thread that polls a socket: a pipe whose reading end is polled beside it. Rung from any thread; never waits.
final class Doorbell: Sendable {
  /// Readable once the bell was rung.
  let readingEnd: Int32
  private let writingEnd: Int32

  /// Nil where the process has no descriptors left; `errno` says so.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (readingEnd, writingEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readingEnd)
    close(writingEnd)
  }

  func ring() {
    var byte: UInt8 = 1
    _ = write(writingEnd, &byte, 1)
  }

  /// Takes all rings so far.
  func quieten() {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(readingEnd, &bytes, 16) == 16 {}
  }

  /// Waits until the bell rings, a socket is ready, or the time is over.
  /// - Parameter socket: -1 for none.
  func wait(orFor socket: Int32, writing: Bool, milliseconds: Int32) {
    var events = [
      pollfd(fd: readingEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: socket, events: Int16(writing ? POLLIN | POLLOUT : POLLIN), revents: 0),
    ]
    poll(&events, 2, milliseconds)
    if events[0].revents != 0 { quieten() }
  }
}
