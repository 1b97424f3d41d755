import FaceCore
import SignalFilters

/// A curve that can be tuned and plotted: one of the 52 weights, or one of the head's three angles in degrees.
package struct TuningChannel: Hashable, Sendable {
  /// 0…51: a blendshape; 52, 53, 54: yaw, pitch, roll.
  let index: Int

  /// The weights in ARKit's order, then yaw, pitch and roll.
  package static let all = (0..<55).map { TuningChannel(index: $0) }

  private static let angleNames = ["yaw", "pitch", "roll"]

  private init(index: Int) { self.index = index }

  /// The channel of that name, such as `jawOpen` or `yaw`; nil if there is none.
  package init?(name: String) {
    guard let channel = Self.all.first(where: { $0.name == name }) else { return nil }
    self = channel
  }

  package var name: String { isAngle ? Self.angleNames[index - 52] : Blendshape(rawValue: index)!.name }

  /// Whether this is an angle of the head, in degrees.
  package var isAngle: Bool { index >= 52 }

  package var group: FilterGroup { isAngle ? .head : FilterGroup(Blendshape(rawValue: index)!) }

  /// A movement slower than this, units per second, counts as none.
  var stillSpeed: Double { isAngle ? 1.2 : 0.02 }

  /// A channel that moves less than this says nothing of lag.
  var leastDeviation: Double { isAngle ? 1.5 : 0.03 }
}

/// The curves of all channels over the same frames; NaN where there is no face.
package struct TuningCurves: Sendable {
  /// 55 curves in the order of ``TuningChannel/all``.
  private(set) var values = [[Double]](repeating: [], count: 55)

  init() {}

  /// The columns of a table.
  init(_ table: FaceTable) {
    values = table.weights.map { zip($0, table.isPresent).map { $1 ? $0 : .nan } }
    values += table.angles.map { Statistics.unwrapped(zip($0, table.isPresent).map { $1 ? $0 : .nan }) }
  }

  package subscript(channel: TuningChannel) -> [Double] {
    get { values[channel.index] }
    set { values[channel.index] = newValue }
  }

  /// Adds a frame.
  mutating func append(_ face: FaceObservation) {
    for index in 0..<52 { values[index].append(face.isPresent ? Double(face.weights[index]) : .nan) }
    let head = face.pose.rotation.headAngles
    for (axis, angle) in [head.yaw, head.pitch, head.roll].enumerated() {
      values[52 + axis].append(face.isPresent ? Double(angle) * 180 / .pi : .nan)
    }
  }
}
