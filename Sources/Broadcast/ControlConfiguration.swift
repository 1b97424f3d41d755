/// The control port: who may subscribe to a stream and command the daemon.
package struct ControlConfiguration: Equatable, Sendable {
  /// The UDP port that is listened on, 0 for none. A hundred above VMC's, as instances raise both by their number.
  package var port = 39640
  /// Who may besides this host; each has to answer a challenge first.
  package var networks: [NetworkPrefix] = []
  /// How many streams may be subscribed at once.
  package var maxSubscribers = 64
  /// Wire formats of the user's own that may be subscribed to by name.
  package var templates: [TemplateSchema.Configuration] = []

  package init() {}
}
