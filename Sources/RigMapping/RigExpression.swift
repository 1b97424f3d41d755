import FaceCore

/// Arithmetic over channels, such as `1.2 * jawOpen - 0.6 * mouthFunnel` or `max(eyeBlinkLeft, eyeSquintLeft)`.
///
/// Numbers, signals (``RigSignal``), `+ - * /`, brackets, and `min`, `max`, `mean`, `abs`. Read once, evaluated per frame
/// without an allocation; a division by nothing is 0.
package struct RigExpression: Equatable, Sendable {
  enum Step: Equatable, Sendable {
    case constant(Float)
    /// A signal and a factor.
    case signal(RigSignal, Float)
    case add, subtract, multiply, divide, minimum, maximum, absolute, negate
  }

  /// The most values that stand on the stack at once.
  static let depth = 16

  /// In reverse Polish order.
  let steps: [Step]

  init(steps: [Step]) { self.steps = steps }

  /// - Throws: ``RigMappingError/expression(_:offset:)`` with what is wrong and where in the text.
  package init(_ text: String) throws(RigMappingError) {
    var parser = RigExpressionParser(text)
    steps = try parser.parse()
  }

  /// A channel as it is.
  package init(_ channel: Blendshape) { steps = [.signal(RigSignal(name: channel.name)!, 1)] }

  /// The same expression of the other side: left and right change places, and what turns sideways its sign.
  package var mirrored: RigExpression {
    RigExpression(
      steps: steps.map { step in
        guard case .signal(let signal, let factor) = step else { return step }
        let mirror = signal.mirrored
        return .signal(mirror.signal, factor * mirror.sign)
      })
  }

  /// The value for one face; not limited, always finite.
  func value(in face: FaceObservation, angles: (yaw: Float, pitch: Float, roll: Float)) -> Float {
    var stack = InlineArray<16, Float>(repeating: 0)
    var count = 0
    func push(_ value: Float) {
      stack[count] = value
      count += 1
    }
    for step in steps {
      switch step {
      case .constant(let value): push(value)
      case .signal(let signal, let factor): push(signal.value(in: face, angles: angles) * factor)
      case .negate: stack[count - 1] = 0 - stack[count - 1]
      case .absolute: stack[count - 1] = abs(stack[count - 1])
      default:
        let (a, b) = (stack[count - 2], stack[count - 1])
        count -= 1
        stack[count - 1] = Self.combine(step, a, b)
      }
    }
    return stack[0].isFinite ? stack[0] : 0
  }

  private static func combine(_ step: Step, _ a: Float, _ b: Float) -> Float {
    switch step {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: b == 0 ? 0 : a / b
    case .minimum: min(a, b)
    default: max(a, b)
    }
  }
}
