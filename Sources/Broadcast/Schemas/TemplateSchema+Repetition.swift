import FaceCore

extension TemplateSchema.Message {
  /// The messages that it stands for with these names: itself, or one for each channel or trigger.
  func filled(_ names: ChannelNames) -> [TemplateSchema.Message] {
    guard let repetition else { return [self] }
    let values: [(name: String, value: TemplateValue)] =
      switch repetition {
      case .rig: names.rig.map { ($0.name, .rig($0.name)) }
      case .triggers: names.triggers.map { ($0, .trigger($0)) }
      }
    return values.enumerated().map { index, each in
      TemplateSchema.Message(
        address: Self.fill(address, oscName(each.name), index),
        arguments: arguments.map { Self.fill($0, each.name, each.value, index) })
    }
  }

  private static func fill(_ text: String, _ name: String, _ index: Int) -> String {
    text.replacing("{name}", with: name).replacing("{index}", with: String(index))
  }

  private static func fill(
    _ argument: TemplateSchema.Argument, _ name: String, _ value: TemplateValue, _ index: Int
  ) -> TemplateSchema.Argument {
    switch argument {
    case .constant, .value: return argument
    case .each(var conversion):
      conversion.value = value
      return .value(conversion)
    case .eachName(let text): return .constant(.string(fill(text, name, index)))
    case .eachIndex(let type): return .constant(type.argument(Double(index)))
    }
  }
}

extension TemplateSchema.Conversion.ArgumentType {
  /// A number as an argument of this type.
  func argument(_ value: Double) -> OSCArgument {
    switch self {
    case .float: .float(Float(value))
    case .int: .int32(Int32(clamping: Int(value)))
    case .double: .double(value)
    case .bool: .bool(value != 0)
    }
  }
}
