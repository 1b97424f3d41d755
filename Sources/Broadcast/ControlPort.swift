import Foundation
import Glibc
import Synchronization

/// Listens for subscriptions and commands, OSC over UDP, on a thread of its own.
///
/// Open to this host only, unless the configuration names networks; what comes from elsewhere is counted and gets no word.
/// Replies go to the sender's own address and port, streams to the sender's host. A sender on another host is sent nothing
/// larger than what it sent, and can command nothing, before it has answered a challenge (``AddressChallenge``). What is no
/// OSC, or no request, is counted and never logged.
package final class ControlPort: Sendable {
  /// What came in so far.
  package struct Counters: Equatable, Sendable, Codable {
    /// Packets of any kind.
    package var packets = 0
    /// Packets that are no OSC.
    package var malformed = 0
    /// Messages that are no request, or whose arguments do not fit.
    package var unknown = 0
    /// Packets from hosts that may not.
    package var strangers = 0
  }

  /// Does what is asked; called on the port's thread.
  package typealias CommandHandler = @Sendable (ControlCommand) -> ControlOutcome

  /// Tells how the daemon is, JSON of at most 1,200 bytes; called on the port's thread.
  package typealias StatusReport = @Sendable () -> String

  /// The largest datagram that is read whole; a request is much smaller.
  private static let mostBytes = 8192
  /// How many datagrams are read from one socket before the others have their turn.
  private static let burst = 256

  /// The port that is listened on.
  package let port: Int

  private let sockets: [UDPSocket]
  /// A pipe that ends the waiting: read and write end.
  private let wake: (read: Int32, write: Int32)
  private let ended = NSCondition()
  private let state: Mutex<State>
  private let table: SubscriptionTable
  private let desk: ControlDesk

  private struct State {
    var isStopping = false
    var isRunning = true
    var counters = Counters()
  }

  /// Starts to listen.
  /// - Throws: ``BroadcastError/portInUse(port:reason:)`` or ``BroadcastError/cannotListen(port:reason:)``.
  package init(
    _ configuration: ControlConfiguration, table: SubscriptionTable, status: @escaping StatusReport,
    onCommand: @escaping CommandHandler
  ) throws(BroadcastError) {
    sockets = try Self.open(configuration)
    port = sockets[0].localAddress?.port ?? configuration.port
    self.table = table
    desk = ControlDesk(configuration, port: port, table: table, status: status, onCommand: onCommand)
    state = Mutex(State())
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .cannotListen(port: port, reason: "no pipe could be opened") }
    wake = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    table.use(sockets)
    let thread = Thread { [self] in run() }
    thread.name = "gurn-control"
    thread.start()
  }

  /// What came in so far.
  package var counters: Counters { state.withLock { $0.counters } }

  /// Ends listening, and returns when the thread has ended and the port is free.
  package func stop() {
    state.withLock { $0.isStopping = true }
    _ = write(wake.write, [0], 1)
    ended.withLock {
      while state.withLock({ $0.isRunning }) { ended.wait() }
    }
    table.use([])
  }

  deinit {
    close(wake.read)
    close(wake.write)
  }

  /// This host's addresses, or all of them if networks are named; IPv6 where there is any.
  private static func open(_ configuration: ControlConfiguration) throws(BroadcastError) -> [UDPSocket] {
    let hosts = configuration.networks.isEmpty ? ["127.0.0.1", "::1"] : ["0.0.0.0", "::"]
    var sockets: [UDPSocket] = []
    for host in hosts {
      let port = sockets.first?.localAddress?.port ?? configuration.port
      guard case .found(let address) = ResolvedAddress.look(up: host, port: port, numericOnly: true) else { continue }
      do throws(UDPSocket.Failure) {
        sockets.append(try UDPSocket(boundTo: address))
      } catch {
        // A machine without IPv6 has IPv4 still.
        guard sockets.isEmpty else { continue }
        if errno == EADDRINUSE {
          throw .portInUse(port: port, reason: "stop it (`ss -ulpn` names it) or set control.port to another")
        }
        throw .cannotListen(port: port, reason: error.reason)
      }
    }
    return sockets
  }
}

// MARK: - The port's thread

extension ControlPort {
  private func run() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.mostBytes + 1, alignment: 8)
    defer {
      buffer.deallocate()
      ended.withLock {
        state.withLock { $0.isRunning = false }
        ended.broadcast()
      }
    }
    var lastSweep = monotonicSeconds()
    while !state.withLock({ $0.isStopping }) {
      let own = table.ownSockets
      let all = sockets + own
      wait(for: all)
      for socket in all { read(socket, buffer) }
      let now = monotonicSeconds()
      if now - lastSweep >= 1 {
        table.expire(now: now)
        lastSweep = now
      }
    }
  }

  /// Until something comes, the end is asked for, or a second has gone.
  private func wait(for sockets: [UDPSocket]) {
    var descriptors = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    descriptors.append(pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0))
    _ = poll(&descriptors, nfds_t(descriptors.count), 1000)
  }

  private func read(_ socket: UDPSocket, _ buffer: UnsafeMutableRawBufferPointer) {
    for _ in 0..<Self.burst {
      guard let (count, sender) = socket.receive(into: buffer) else { return }
      state.withLock { $0.counters.packets += 1 }
      let verdict = desk.receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]), from: sender, through: socket)
      state.withLock { state in
        switch verdict {
        case .taken: break
        case .malformed: state.counters.malformed += 1
        case .unknown: state.counters.unknown += 1
        case .stranger: state.counters.strangers += 1
        }
      }
    }
  }
}
