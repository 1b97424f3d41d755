import Glibc
import Synchronization

/// Who is sent the stream by lease, besides the configured targets.
///
/// The control port's thread changes the table, the pipeline's thread sends; each holds the lock for no longer than that. All
/// subscribers of one wire format share its encoding. Those on this host share the control port's socket, which never waits
/// for one of them; each other has a socket of its own, so that a host that has gone cannot fill another's buffer.
package final class SubscriptionTable: Sendable {
  /// How long a stream goes on without a word from its subscriber, seconds.
  package static let leaseSeconds = 10.0

  fileprivate struct Group: Sendable {
    let identity: SchemaIdentity
    let face: Int
    var schema: any Schema
  }

  fileprivate struct State: Sendable {
    var groups: [Group] = []
    var subscriptions: [Subscription] = []
    /// The control port's sockets, which streams on this host leave by.
    var sockets: [UDPSocket] = []
    var limit = 0
    var faceCount = 1
    /// Datagrams that were to go out, of streams that have ended too.
    var datagrams = 0
  }

  private let state = Mutex(State())
  private let batch = DatagramBatch()

  /// - Parameter limit: how many streams may go at once.
  package init(limit: Int) { setLimit(limit) }

  /// How many streams may go at once from now on; those that go stay until their leases end.
  package func setLimit(_ limit: Int) { state.withLock { $0.limit = limit } }

  /// How many faces are sent, by number; who asks for another is refused.
  package var faceCount: Int {
    get { state.withLock { $0.faceCount } }
    set { state.withLock { $0.faceCount = newValue } }
  }

  /// What became of a request.
  enum Answer: Equatable {
    case done
    /// There is no room for another stream.
    case full
  }

  /// Streams on this host leave by these sockets from now on; they are not connected.
  func use(_ sockets: [UDPSocket]) { state.withLock { $0.sockets = sockets } }

  /// The sockets that streams to other hosts have of their own, for reading what comes back.
  var ownSockets: [UDPSocket] { state.withLock { $0.subscriptions.compactMap(\.socket) } }

  /// Whether a stream goes there by lease, whatever the sender's port.
  func hasSubscriber(onHostOf address: ResolvedAddress) -> Bool {
    state.withLock { $0.subscriptions.contains { $0.address.hasSameHost(as: address) } }
  }

  /// The stream that goes to exactly this address, if any.
  func socket(of address: ResolvedAddress) -> UDPSocket? {
    state.withLock { state in state.subscriptions.first { $0.address == address }?.socket }
  }

  /// Begins a stream, or renews and changes the one that goes there; `face` is nil for what the format sends without a choice.
  func subscribe(
    _ address: ResolvedAddress, source: ResolvedAddress, name: String, schema configuration: SchemaConfiguration,
    face: Int? = nil, socket: UDPSocket?, now: Double
  ) throws(BroadcastError) -> Answer {
    let identity = SchemaIdentity(configuration)
    let faces = configuration.faces(chosen: face)
    let missing = state.withLock { state in faces.filter { !state.has(identity, face: $0) } }
    // Laid out before the lock is taken: the frame path does not wait for it.
    var groups: [Group] = []
    for face in missing {
      groups.append(Group(identity: identity, face: face, schema: try configuration.makeSchema(face: face)))
    }
    return state.withLock { state in
      if let index = state.subscriptions.firstIndex(where: { $0.address == address }) {
        state.subscriptions.remove(at: index)
      } else if state.subscriptions.count >= state.limit {
        return .full
      }
      for group in groups where !state.has(identity, face: group.face) { state.groups.append(group) }
      state.subscriptions.append(
        Subscription(
          address: address, source: source, schemaName: name, identity: identity, faces: faces, socket: socket,
          expires: now + Self.leaseSeconds))
      state.dropIdleGroups()
      return .done
    }
  }

  /// Ends the sender's streams, or the one to that port of its host; returns how many.
  func unsubscribe(_ sender: ResolvedAddress, port: Int?) -> Int {
    state.withLock { state in
      let before = state.subscriptions.count
      state.subscriptions.removeAll { $0.isOf(sender, port: port) }
      state.dropIdleGroups()
      return before - state.subscriptions.count
    }
  }

  /// Renews the sender's streams, or the one to that port of its host; returns how many.
  @discardableResult
  func renew(_ sender: ResolvedAddress, port: Int?, now: Double) -> Int {
    state.withLock { state in
      var count = 0
      for index in state.subscriptions.indices where state.subscriptions[index].isOf(sender, port: port) {
        state.subscriptions[index].expires = now + Self.leaseSeconds
        count += 1
      }
      return count
    }
  }

  /// Renews every stream, for measurements.
  func renewAll(now: Double) {
    state.withLock { state in
      for index in state.subscriptions.indices { state.subscriptions[index].expires = now + Self.leaseSeconds }
    }
  }

  /// Datagrams that were handed to the network or lost since the beginning.
  var datagramCount: Int { state.withLock { $0.datagrams } }

  /// Ends what was not renewed in time.
  func expire(now: Double) {
    state.withLock { state in
      guard state.subscriptions.contains(where: { $0.expires <= now }) else { return }
      state.subscriptions.removeAll { $0.expires <= now }
      state.dropIdleGroups()
    }
  }

  /// Every stream with its counters; `now` in seconds of CLOCK_MONOTONIC.
  package func statuses(now: Double) -> [SubscriptionStatus] {
    state.withLock { state in
      state.subscriptions.map {
        SubscriptionStatus(
          address: $0.address.description, schema: $0.schemaName, secondsLeft: max(0, $0.expires - now),
          sent: $0.sentDatagrams, lost: $0.lostDatagrams)
      }
    }
  }

  /// How many streams go.
  package var count: Int { state.withLock { $0.subscriptions.count } }

  /// Sends the datagrams of a wire format that was encoded elsewhere (the pipeline's thread). Allocates nothing.
  func send(_ datagrams: DatagramSet, of identity: SchemaIdentity, face: Int) {
    state.withLock { $0.send(datagrams, of: identity, face: face, batch: batch) }
  }

  /// Encodes and sends all other wire formats that somebody asked for (the pipeline's thread). Allocates nothing.
  func encodeRest(_ frame: BroadcastFrame, isDone: (SchemaIdentity) -> Bool) {
    state.withLock { state in
      for index in state.groups.indices
      where state.groups[index].face == frame.face && !isDone(state.groups[index].identity) {
        state.groups[index].schema.encode(frame)
        let datagrams = state.groups[index].schema.datagrams
        state.send(datagrams, of: state.groups[index].identity, face: frame.face, batch: batch)
      }
    }
  }
}

extension SubscriptionTable.State {
  fileprivate func has(_ identity: SchemaIdentity, face: Int) -> Bool {
    groups.contains { $0.identity == identity && $0.face == face }
  }

  fileprivate mutating func dropIdleGroups() {
    groups.removeAll { group in !subscriptions.contains { $0.wants(group.identity, face: group.face) } }
  }

  fileprivate mutating func send(
    _ datagrams: DatagramSet, of identity: SchemaIdentity, face: Int, batch: DatagramBatch
  ) {
    guard datagrams.count > 0 else { return }
    let sockets = sockets
    let each = datagrams.count
    self.datagrams += each * subscriptions.reduce(0) { $0 + ($1.wants(identity, face: face) ? 1 : 0) }
    subscriptions.withUnsafeMutableBufferPointer { all in
      for socket in sockets {
        let family = socket.family
        sendShared(datagrams, through: socket.descriptor, to: all, batch: batch) { index in
          all[index].wants(identity, face: face) && all[index].socket == nil && all[index].address.family == family
        }
      }
      for index in all.indices where all[index].wants(identity, face: face) {
        guard let socket = all[index].socket else { continue }
        let outcome = batch.send(datagrams, through: socket.descriptor)
        all[index].sentDatagrams += outcome.sent
        all[index].lostDatagrams += outcome.lost
      }
    }
  }
}

/// Sends to those subscribers that are meant, and counts.
private func sendShared(
  _ datagrams: DatagramSet, through descriptor: Int32, to all: UnsafeMutableBufferPointer<Subscription>,
  batch: DatagramBatch, where isMeant: (Int) -> Bool
) {
  guard let base = all.baseAddress, let offset = MemoryLayout<Subscription>.offset(of: \.address) else { return }
  batch.send(
    datagrams, through: descriptor, to: UnsafeMutableRawPointer(base) + offset, count: all.count,
    stride: MemoryLayout<Subscription>.stride, where: isMeant
  ) { index, result in
    if case .lost = result { all[index].lostDatagrams += 1 } else { all[index].sentDatagrams += 1 }
  }
}
