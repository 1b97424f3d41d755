import FaceCore

/// A wire format that a user wrote: messages of any address with values in any order, type, range, sign and unit.
package struct TemplateSchema: Schema {
  /// One argument of a message.
  package enum Argument: Equatable, Sendable {
    /// Sent as it is.
    case constant(OSCArgument)
    case value(Conversion)
    /// In a message for each channel or trigger: its value, its name within a text, its number.
    case each(Conversion)
    case eachName(String)
    case eachIndex(Conversion.ArgumentType)
  }

  /// What a message is repeated for; how many there are is known only when the face's names are.
  package enum Repetition: String, Sendable {
    case rig, triggers
  }

  /// How a value becomes an argument.
  package struct Conversion: Equatable, Sendable {
    /// The argument's type; `T` and `F` are one.
    package enum ArgumentType: String, CaseIterable, Sendable {
      case float = "f"
      case int = "i"
      case double = "d"
      case bool = "T"
    }

    package var value: TemplateValue
    package var type = ArgumentType.float
    /// The factor between the value's natural unit and the one asked for, with its sign.
    package var scale = 1.0
    /// What is mapped onto `range`, in the unit asked for.
    package var from: ClosedRange<Double>?
    /// The bounds of what is sent; the value is limited to them. Without `from`, 0…1.
    package var range: ClosedRange<Double>?
    /// Whether `range` runs downwards: `from`'s lower end becomes the range's upper one.
    package var isReversed = false
    /// A `T` is sent from here on.
    package var threshold = 0.5

    package init(_ value: TemplateValue) { self.value = value }

    /// What a natural value is sent as.
    func apply(_ natural: Double) -> Double {
      let scaled = natural.isFinite ? natural * scale : 0
      guard let range else { return scaled }
      let from = from ?? 0...1
      let share = max(0, min(1, (scaled - from.lowerBound) / (from.upperBound - from.lowerBound)))
      return range.lowerBound + (isReversed ? 1 - share : share) * (range.upperBound - range.lowerBound)
    }
  }

  package struct Message: Equatable, Sendable {
    package var address: String
    package var arguments: [Argument]
    /// Once for each of these, with `{name}` and `{index}` in the address and in texts filled in.
    package var repetition: Repetition?

    package init(address: String, arguments: [Argument], repetition: Repetition? = nil) {
      self.address = address
      self.arguments = arguments
      self.repetition = repetition
    }
  }

  package struct Configuration: Equatable, Sendable {
    /// What subscribers and logs call it.
    package var name: String
    package var messages: [Message]
    /// Whether messages share bundles; if not, each is a datagram.
    package var bundle = true
    /// Whether a message is sent only when it changes, and again after the keep-alive.
    package var onChange = false
    package var keepAliveSeconds = 1.0

    package init(name: String, messages: [Message]) {
      self.name = name
      self.messages = messages
    }
  }

  package var datagrams: DatagramSet { selection?.datagrams ?? messages }

  private let configuration: Configuration
  private let names: ChannelNames
  /// `channel` is where a rig's channel or a trigger lies in the face's.
  private let conversions: [(slot: DatagramSet.Slot, conversion: Conversion, channel: Int?)]
  private var messages: DatagramSet
  private var selection: ChangeSelection?

  /// - Parameter names: the rig's channels and triggers to lay out; others that a frame brings are laid out when it comes.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package init(_ configuration: Configuration, names: ChannelNames = .none) throws(BroadcastError) {
    self.configuration = configuration
    self.names = names
    var layout = PacketLayout(isBundled: configuration.bundle && !configuration.onChange)
    var conversions: [(slot: DatagramSet.Slot, conversion: Conversion, channel: Int?)] = []
    for message in configuration.messages.flatMap({ $0.filled(names) }) {
      let first = try layout.add(message.address, message.arguments.map(Self.placeholder))
      for (index, argument) in message.arguments.enumerated() {
        if case .value(let conversion) = argument {
          conversions.append((first + index, conversion, conversion.value.index(in: names)))
        }
      }
    }
    self.conversions = conversions
    messages = try layout.finish()
    if configuration.onChange {
      selection = ChangeSelection(
        of: messages, isBundled: configuration.bundle, keepAliveSeconds: configuration.keepAliveSeconds)
    }
  }

  package mutating func encode(_ frame: BroadcastFrame) {
    // Once after a change of the profile or of the triggers; this allocates.
    if frame.observation.channels.names !== names,
      let new = try? TemplateSchema(configuration, names: frame.observation.channels.names)
    {
      self = new
    }
    var frame = frame
    frame.observation.pose.rotation = frame.observation.pose.rotation.normalized
    let weights = frame.observation.weights.clamped()
    let head = frame.observation.pose.rotation.headAngles
    let angles = SIMD3(head.yaw, head.pitch, head.roll) * degreesPerRadian
    for (slot, conversion, channel) in conversions {
      let natural =
        channel.map { Double(frame.observation.channels[$0]) }
        ?? conversion.value.read(frame, weights: weights, angles: angles)
      let value = conversion.apply(natural)
      switch conversion.type {
      case .float: messages.set(slot, Float(value))
      case .double: messages.set(slot, value)
      case .int: messages.set(slot, Int32(max(-2_147_483_648, min(2_147_483_647, value.rounded()))))
      case .bool: messages.set(slot, value >= conversion.threshold)
      }
    }
    selection?.select(from: messages, seconds: frame.seconds)
  }

  private static func placeholder(_ argument: Argument) -> OSCArgument {
    switch argument {
    case .constant(let constant): constant
    case .value(let conversion), .each(let conversion): conversion.type.argument(0)
    case .eachName(let text): .string(text)
    case .eachIndex(let type): type.argument(0)
    }
  }
}
