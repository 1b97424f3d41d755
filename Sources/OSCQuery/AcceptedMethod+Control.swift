extension AcceptedMethod {
  /// What the control port obeys, each with the arguments of its full form.
  package static let control: [AcceptedMethod] = [
    .init(
      address: "/gurn/subscribe", types: "si",
      description: "a stream of that schema to the sender's host and port (0: the sender's own) for 10 s"),
    .init(address: "/gurn/unsubscribe", types: "i", description: "ends the stream to that port (0: the sender's own)"),
    .init(address: "/gurn/ping", types: "i", description: "renews the stream to that port; answered with /gurn/pong"),
    .init(address: "/gurn/status", types: "", description: "answered with /gurn/status.reply"),
    .init(address: "/gurn/calibrate", types: "s", description: "measures the person; neutral, or another step's name"),
    .init(address: "/gurn/recentre", types: "", description: "takes the head's present pose for straight ahead"),
    .init(address: "/gurn/pause", types: "i", description: "1 lets the face fade to neutral, 0 goes on"),
    .init(address: "/gurn/resume", types: "", description: "goes on after a pause"),
    .init(address: "/gurn/record/start", types: "s", description: "begins a recording of that name"),
    .init(address: "/gurn/record/stop", types: "", description: "ends the recording"),
    .init(address: "/gurn/mirror", types: "i", description: "1 exchanges left and right, 0 does not"),
    .init(address: "/gurn/profile", types: "s", description: "takes the profile of that name"),
    .init(
      address: "/gurn/set", types: "ss",
      description: "sets a key of the configuration until the next reload: key, value"),
  ]
}
