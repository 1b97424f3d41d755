import FaceCore
import Glibc

/// One target's socket and counters.
struct TargetLink: Sendable {
  /// How long a host has to be silent before a refusal counts as past, seconds.
  private static let refusalSeconds = 2.0

  /// How long to wait before a socket that failed is made anew, seconds: a network may not be up yet or may have changed.
  private static let reconnectSeconds = 1.0

  private(set) var status: TargetStatus
  private var address: ResolvedAddress?
  private var socket: UDPSocket?
  private var lastRefusal = 0.0
  private var lastConnect = 0.0

  init(_ target: Target) { status = TargetStatus(target: target, state: .resolving) }

  mutating func take(_ lookup: ResolvedAddress.Lookup, seconds: Double) {
    switch lookup {
    case .notFound(let reason):
      // An address that was found before is better than none.
      if address == nil { status.state = .unresolvable(reason: reason) }
    case .found(let address):
      guard address != self.address else { return }
      self.address = address
      connect(to: address, seconds: seconds)
    }
  }

  /// Sends a frame's datagrams; `seconds` is the sender's time.
  mutating func send(_ datagrams: DatagramSet, batch: DatagramBatch, seconds: Double) {
    if socket == nil, let address, seconds - lastConnect >= Self.reconnectSeconds {
      connect(to: address, seconds: seconds)
    }
    guard let socket else {
      status.lostDatagrams += datagrams.count
      return
    }
    let outcome = batch.send(datagrams, through: socket.descriptor)
    status.sentDatagrams += outcome.sent
    status.lostDatagrams += outcome.lost
    if outcome.refusals > 0 {
      status.refusals += outcome.refusals
      lastRefusal = seconds
    }
    update(failure: outcome.failure, seconds: seconds)
  }

  private mutating func connect(to address: ResolvedAddress, seconds: Double) {
    lastConnect = seconds
    do throws(UDPSocket.Failure) {
      let target = status.target
      socket = try UDPSocket(connectedTo: address, ttl: target.multicastTTL, interface: target.interface)
      status.state = .sending
    } catch {
      socket = nil
      fail(error.reason)
    }
  }

  private mutating func fail(_ reason: String) {
    if case .failing = status.state { return }
    status.state = .failing(reason: reason)
  }

  private mutating func update(failure: Int32?, seconds: Double) {
    // A full socket buffer costs its datagram and says nothing of the target.
    if let failure, failure != EAGAIN {
      fail(String(cString: strerror(failure)))
      socket = nil
      lastConnect = seconds
    } else if status.refusals > 0 && seconds - lastRefusal < Self.refusalSeconds {
      status.state = .refused
    } else {
      status.state = .sending
    }
  }
}
