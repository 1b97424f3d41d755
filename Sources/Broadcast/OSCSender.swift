import Dispatch
import FaceCore
import Glibc
import Synchronization

/// Sends every observation to every target: encoded once for each wire format in use, then handed to each target's socket.
///
/// liblo lays the packets out; their bytes go out on connected sockets of our own, since liblo's own sending allocates,
/// looks names up on the calling thread, and does not say which target refused. Numeric addresses are ready at once, names
/// are looked up in the background. A target that is not known, refuses or fails is counted and costs the others nothing.
///
/// `send` is for one thread, the pipeline's; `statuses` may be read from any.
package final class OSCSender: Sendable {
  /// Told once whenever a target's state changes, on the thread that found out; must not call the sender.
  package typealias StateChange = @Sendable (TargetStatus) -> Void

  /// After how long a name that was not found is looked up again, and one that was, as hosts move.
  private static let retrySeconds = 10.0
  private static let refreshSeconds = 60.0

  /// When the process made its first sender: the time on the wire goes on rising when a reload makes a new one.
  private static let start = monotonicSeconds()

  /// The targets of one wire format.
  private struct Group: Sendable {
    let configuration: SchemaConfiguration
    let identity: SchemaIdentity
    var schema: any Schema
    var links: [TargetLink]
  }

  private let groups: Mutex<[Group]>
  private let batch = DatagramBatch()
  private let subscriptions: SubscriptionTable?
  private let onStateChange: StateChange

  /// - Parameter subscriptions: who else is sent each observation; a wire format that a target has too is encoded once.
  /// - Throws: ``BroadcastError`` for a port that does not exist or a message that cannot be laid out.
  package init(
    targets: [Target], subscriptions: SubscriptionTable? = nil, onStateChange: @escaping StateChange = { _ in }
  ) throws(BroadcastError) {
    var groups: [Group] = []
    for target in targets {
      guard (1...65535).contains(target.port) else { throw .invalidPort(target.port) }
      let link = TargetLink(target)
      if let index = groups.firstIndex(where: { $0.configuration == target.schema }) {
        groups[index].links.append(link)
      } else {
        let identity = SchemaIdentity(target.schema)
        let schema = try target.schema.makeSchema()
        groups.append(Group(configuration: target.schema, identity: identity, schema: schema, links: [link]))
      }
    }
    self.groups = Mutex(groups)
    self.subscriptions = subscriptions
    self.onStateChange = onStateChange
    _ = Self.start
    for group in groups.indices {
      for link in groups[group].links.indices { resolveNumeric(group, link) }
    }
  }

  /// Sends an observation to every target that has an address. Never blocks; allocates nothing.
  /// - Parameter ageSeconds: the time since the frame's capture.
  package func send(_ observation: FaceObservation, ageSeconds: Double) {
    let frame = BroadcastFrame(
      observation: observation, ageSeconds: ageSeconds, seconds: monotonicSeconds() - Self.start)
    groups.withLock { groups in
      for group in groups.indices {
        groups[group].schema.encode(frame)
        let datagrams = groups[group].schema.datagrams
        for link in groups[group].links.indices {
          let before = groups[group].links[link].status.state
          groups[group].links[link].send(datagrams, batch: batch, seconds: frame.seconds)
          let status = groups[group].links[link].status
          if status.state != before { onStateChange(status) }
        }
        subscriptions?.send(datagrams, of: groups[group].identity)
      }
      subscriptions?.encodeRest(frame) { identity in groups.contains { $0.identity == identity } }
    }
  }

  /// Whether there is anybody to send to: targets of the configuration or subscribers.
  package var hasListeners: Bool { groups.withLock { !$0.isEmpty } || (subscriptions?.count ?? 0) > 0 }

  /// Seconds of CLOCK_MONOTONIC, which leases are counted in.
  package static var now: Double { monotonicSeconds() }

  /// Every target's state and counters; targets of one wire format stand together.
  package var statuses: [TargetStatus] { groups.withLock { $0.flatMap { $0.links.map(\.status) } } }

  private func resolveNumeric(_ group: Int, _ link: Int) {
    let target = groups.withLock { $0[group].links[link].status.target }
    let lookup = ResolvedAddress.look(up: target.host, port: target.port, numericOnly: true)
    if case .found = lookup { take(lookup, group, link) } else { resolveInBackground(target, group, link) }
  }

  private func resolveInBackground(_ target: Target, _ group: Int, _ link: Int) {
    DispatchQueue.global().async { [weak self] in
      let lookup = ResolvedAddress.look(up: target.host, port: target.port, numericOnly: false)
      self?.take(lookup, group, link)
      var pause = Self.refreshSeconds
      if case .notFound = lookup { pause = Self.retrySeconds }
      DispatchQueue.global().asyncAfter(deadline: .now() + pause) { [weak self] in
        self?.resolveInBackground(target, group, link)
      }
    }
  }

  private func take(_ lookup: ResolvedAddress.Lookup, _ group: Int, _ link: Int) {
    let changed: TargetStatus? = groups.withLock { groups in
      let before = groups[group].links[link].status.state
      groups[group].links[link].take(lookup, seconds: monotonicSeconds() - Self.start)
      let status = groups[group].links[link].status
      return status.state == before ? nil : status
    }
    if let changed { onStateChange(changed) }
  }
}

/// Seconds of CLOCK_MONOTONIC.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
