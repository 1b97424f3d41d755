import CAvahi
import Glibc
import Synchronization

/// Services announced over mDNS by the machine's Avahi daemon, for as long as this lives.
///
/// Where the daemon is not running it is waited for; where it restarts or another service has the name, the services are
/// announced anew. avahi-client works on a thread of its own.
final class Announcement: Sendable {
  struct Service: Equatable, Sendable {
    /// Such as `_oscjson._tcp`.
    var type: String
    var port: Int
  }

  /// What became of the announcement.
  enum State: Equatable, Sendable {
    /// Under this name: the one asked for, or where it is taken "name #2".
    case published(name: String)
    case unpublished(reason: String)
  }

  /// There is no thread, or no system bus.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  // Both belong to avahi's thread between its start and stop.
  private nonisolated(unsafe) let poll: OpaquePointer
  private nonisolated(unsafe) let registration: Unmanaged<Registration>

  /// - Parameters:
  ///   - onLoopbackOnly: whether only this machine is told.
  ///   - onChange: called on avahi's thread.
  /// - Throws: ``Failure``.
  init(
    name: String, services: [Service], onLoopbackOnly: Bool, onChange: @escaping @Sendable (State) -> Void
  ) throws(Failure) {
    guard let poll = avahi_threaded_poll_new() else { throw Failure(description: "no thread for avahi") }
    self.poll = poll
    let interface = onLoopbackOnly ? AvahiIfIndex(if_nametoindex("lo")) : AvahiIfIndex(AVAHI_IF_UNSPEC)
    registration = .passRetained(
      Registration(poll: poll, name: name, services: services, interface: interface, onChange: onChange))
    let code = registration.takeUnretainedValue().connect(registration.toOpaque())
    guard code == 0, avahi_threaded_poll_start(poll) == 0 else {
      end()
      throw Failure(description: code == 0 ? "avahi's thread does not start" : String(cString: avahi_strerror(code)))
    }
  }

  /// Takes the services back. Called once.
  func end() {
    avahi_threaded_poll_stop(poll)
    registration.takeUnretainedValue().disconnect()
    avahi_threaded_poll_free(poll)
    registration.release()
  }
}

/// The client of one announcement; used by avahi's thread only, and before it starts and after it stopped.
private final class Registration {
  private let poll: OpaquePointer
  private var name: String
  private let services: [Announcement.Service]
  private let interface: AvahiIfIndex
  private let onChange: @Sendable (Announcement.State) -> Void
  private var client: OpaquePointer?
  private var group: OpaquePointer?

  init(
    poll: OpaquePointer, name: String, services: [Announcement.Service], interface: AvahiIfIndex,
    onChange: @escaping @Sendable (Announcement.State) -> Void
  ) {
    self.poll = poll
    self.name = name
    self.services = services
    self.interface = interface
    self.onChange = onChange
  }

  /// Returns 0 or avahi's error code.
  func connect(_ context: UnsafeMutableRawPointer) -> Int32 {
    var code: Int32 = 0
    client = avahi_client_new(
      avahi_threaded_poll_get(poll), AVAHI_CLIENT_NO_FAIL,
      { client, state, context in
        guard let client, let context else { return }
        Unmanaged<Registration>.fromOpaque(context).takeUnretainedValue().clientChanged(client, state, context)
      }, context, &code)
    return client == nil ? code : 0
  }

  /// Frees the client, and with it the group.
  func disconnect() {
    if let client { avahi_client_free(client) }
    client = nil
    group = nil
  }

  private func clientChanged(_ client: OpaquePointer, _ state: AvahiClientState, _ context: UnsafeMutableRawPointer) {
    // The first calls come before avahi_client_new returns.
    self.client = client
    switch state {
    case AVAHI_CLIENT_S_RUNNING: publish(client, context)
    case AVAHI_CLIENT_S_COLLISION, AVAHI_CLIENT_S_REGISTERING: if let group { avahi_entry_group_reset(group) }
    case AVAHI_CLIENT_CONNECTING: onChange(.unpublished(reason: "waiting for avahi-daemon"))
    case AVAHI_CLIENT_FAILURE:
      // The daemon went away: a new client waits for the next.
      disconnect()
      let code = connect(context)
      if code != 0 { onChange(.unpublished(reason: String(cString: avahi_strerror(code)))) }
    default: break
    }
  }

  private func publish(_ client: OpaquePointer, _ context: UnsafeMutableRawPointer) {
    if group == nil {
      group = avahi_entry_group_new(
        client,
        { _, state, context in
          guard let context else { return }
          Unmanaged<Registration>.fromOpaque(context).takeUnretainedValue().groupChanged(state, context)
        }, context)
    }
    guard let group, avahi_entry_group_is_empty(group) != 0 else { return }
    for service in services {
      let code = avahi_entry_group_add_service_strlst(
        group, interface, AvahiProtocol(AVAHI_PROTO_UNSPEC), AvahiPublishFlags(0), name, service.type, nil, nil,
        UInt16(clamping: service.port), nil)
      if code == AVAHI_ERR_COLLISION { return rename(context) }
      if code != 0 { return onChange(.unpublished(reason: String(cString: avahi_strerror(code)))) }
    }
    avahi_entry_group_commit(group)
  }

  private func groupChanged(_ state: AvahiEntryGroupState, _ context: UnsafeMutableRawPointer) {
    switch state {
    case AVAHI_ENTRY_GROUP_ESTABLISHED: onChange(.published(name: name))
    case AVAHI_ENTRY_GROUP_COLLISION: rename(context)
    case AVAHI_ENTRY_GROUP_FAILURE:
      onChange(.unpublished(reason: String(cString: avahi_strerror(avahi_client_errno(client)))))
    default: break
    }
  }

  /// Another service has the name: "Gurn" becomes "Gurn #2".
  private func rename(_ context: UnsafeMutableRawPointer) {
    guard let client, let next = avahi_alternative_service_name(name) else { return }
    name = String(cString: next)
    avahi_free(next)
    if let group { avahi_entry_group_reset(group) }
    publish(client, context)
  }
}
