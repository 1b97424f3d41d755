/// The values of a rig's channels and of the triggers in one frame. A fixed-size value: copying it allocates nothing.
package struct FaceChannels: Sendable {
  package let names: ChannelNames
  private var values: InlineArray<288, Float> = .init(repeating: 0)

  /// No channel and no trigger.
  package static let none = FaceChannels(neutral: .none)

  /// What a neutral face makes of the rig's channels; triggers are 0.
  package init(neutral names: ChannelNames) {
    self.names = names
    for index in names.rig.indices { values[index] = names.rig[index].neutral }
  }

  /// The value at an index of the names, `0..<names.count`. What is not finite becomes 0, and all stay within their limits.
  package subscript(index: Int) -> Float {
    get { values[index] }
    set {
      let limits = names.limits(index)
      values[index] = max(limits.lowerBound, min(limits.upperBound, newValue.isFinite ? newValue : 0))
    }
  }

  /// The value of a rig's channel, nil if there is none of that name.
  package func rig(_ name: String) -> Float? { names.index(rig: name).map { values[$0] } }

  /// The value of a trigger, nil if there is none of that name.
  package func trigger(_ name: String) -> Float? { names.index(trigger: name).map { values[$0] } }
}

extension FaceChannels: Equatable {
  package static func == (a: Self, b: Self) -> Bool {
    guard a.names === b.names || a.names.rig == b.names.rig && a.names.triggers == b.names.triggers else {
      return false
    }
    return (0..<a.names.count).allSatisfy { a.values[$0] == b.values[$0] }
  }
}
