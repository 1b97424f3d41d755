import FaceCore
import Foundation

/// Calibrations as JSON: channels by their ARKit names, quaternions as x, y, z, w.
extension Calibration: Codable {
  /// Raised when a file's meaning changes.
  private static let version = 1

  private enum Key: String, CodingKey {
    case version, neutral, turn, closed, winkLeft, winkRight, maximum
  }

  private enum NeutralKey: String, CodingKey {
    case weights, spread, rotation, gaze
  }

  /// - Throws: `DecodingError` for anything that is missing, unknown or out of its range.
  package init(from decoder: any Decoder) throws {
    self.init()
    let values = try decoder.container(keyedBy: Key.self)
    let version = try values.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw Self.wrong(values.codingPath, "version \(version); this program reads version \(Self.version)")
    }
    if values.contains(.neutral) {
      neutral = try Self.neutral(values.nestedContainer(keyedBy: NeutralKey.self, forKey: .neutral))
    }
    for (name, pair) in try values.decodeIfPresent([String: [Float]].self, forKey: .turn) ?? [:] {
      let path = values.codingPath + [Key.turn]
      guard let channel = Blendshape(name: name) else { throw Self.wrong(path, "“\(name)” is no ARKit channel") }
      let terms = try Self.numbers(pair, count: 2, path)
      guard terms.allSatisfy({ abs($0) <= TurnFit.limit }) else {
        throw Self.wrong(path, "\(name) is beyond \(TurnFit.limit)")
      }
      turn[channel] = TurnOffset(linear: terms[0], square: terms[1])
    }
    closed = try Self.lids(values, .closed)
    winkLeft = try Self.lids(values, .winkLeft)
    winkRight = try Self.lids(values, .winkRight)
    maximum = try Self.channels(
      values.decodeIfPresent([String: Float].self, forKey: .maximum) ?? [:], values.codingPath)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(Self.version, forKey: .version)
    if let neutral {
      var part = values.nestedContainer(keyedBy: NeutralKey.self, forKey: .neutral)
      try part.encode(Self.named(neutral.weights), forKey: .weights)
      try part.encode(Self.named(neutral.spread), forKey: .spread)
      let (q, gaze) = (neutral.rotation, neutral.gaze)
      try part.encode([q.x, q.y, q.z, q.w], forKey: .rotation)
      try part.encode([gaze.leftYaw, gaze.leftPitch, gaze.rightYaw, gaze.rightPitch], forKey: .gaze)
    }
    if !turn.isEmpty {
      let named = turn.map { ($0.key.name, [$0.value.linear, $0.value.square]) }
      try values.encode(Dictionary(uniqueKeysWithValues: named), forKey: .turn)
    }
    func encode(_ lids: LidPair?, _ key: Key) throws {
      if let lids { try values.encode([lids.left, lids.right], forKey: key) }
    }
    try encode(closed, .closed)
    try encode(winkLeft, .winkLeft)
    try encode(winkRight, .winkRight)
    if !maximum.isEmpty {
      try values.encode(Dictionary(uniqueKeysWithValues: maximum.map { ($0.key.name, $0.value) }), forKey: .maximum)
    }
  }

  private static func neutral(_ values: KeyedDecodingContainer<NeutralKey>) throws -> Neutral {
    let path = values.codingPath
    func weights(_ key: NeutralKey) throws -> BlendshapeWeights {
      var result = BlendshapeWeights.neutral
      let read = try channels(values.decode([String: Float].self, forKey: key), path)
      for (channel, value) in read { result[channel] = value }
      return result
    }
    let q = try numbers(values.decode([Float].self, forKey: .rotation), count: 4, path)
    let gaze = try numbers(values.decode([Float].self, forKey: .gaze), count: 4, path)
    let rotation = Quaternion(x: q[0], y: q[1], z: q[2], w: q[3])
    guard abs(rotation.length - 1) < 0.01 else { throw wrong(path, "the rotation is no unit quaternion") }
    guard gaze.allSatisfy({ abs($0) <= .pi / 2 }) else { throw wrong(path, "a gaze angle is beyond a quarter turn") }
    return Neutral(
      weights: try weights(.weights), spread: try weights(.spread), rotation: rotation.normalized,
      gaze: Gaze(leftYaw: gaze[0], leftPitch: gaze[1], rightYaw: gaze[2], rightPitch: gaze[3]))
  }

  private static func lids(_ values: KeyedDecodingContainer<Key>, _ key: Key) throws -> LidPair? {
    guard let read = try values.decodeIfPresent([Float].self, forKey: key) else { return nil }
    let pair = try numbers(read, count: 2, values.codingPath + [key])
    guard pair.allSatisfy({ (0...1).contains($0) }) else {
      throw wrong(values.codingPath + [key], "a lid is outside 0…1")
    }
    return LidPair(left: pair[0], right: pair[1])
  }

  private static func channels(_ named: [String: Float], _ path: [any CodingKey]) throws -> [Blendshape: Float] {
    var result: [Blendshape: Float] = [:]
    for (name, value) in named {
      guard let channel = Blendshape(name: name) else { throw wrong(path, "“\(name)” is no ARKit channel") }
      guard value.isFinite, (0...1).contains(value) else { throw wrong(path, "\(name) is \(value), not within 0…1") }
      result[channel] = value
    }
    return result
  }

  private static func numbers(_ read: [Float], count: Int, _ path: [any CodingKey]) throws -> [Float] {
    guard read.count == count, read.allSatisfy(\.isFinite) else {
      throw wrong(path, "\(count) finite numbers are needed")
    }
    return read
  }

  private static func wrong(_ path: [any CodingKey], _ text: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: path, debugDescription: text))
  }

  private static func named(_ weights: BlendshapeWeights) -> [String: Float] {
    Dictionary(uniqueKeysWithValues: Blendshape.allCases.map { ($0.name, weights[$0]) })
  }
}
