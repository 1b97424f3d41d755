import FaceCore

/// Means over clips.
package struct AccuracySummary: Codable, Sendable {
  package var clips = 0
  package var frames = 0
  /// Pooled over the frames of all clips.
  package var recall: Double?
  package var falsePresence: Double?
  package var rotationError: Double?
  package var rotationRawError: Double?
  /// With the lag removed: mean over clips of the core channels, and of all that move.
  package var coreCorrelation: Double?
  package var correlation: Double?
  package var coreGain: Double?
  /// Mean over clips at the best threshold, and pooled at 0.5.
  package var blinkBestF1: Double?
  package var blinkF1: Double?
  package var rotationJitter: Double?
  package var weightJitter: Double?
  package var lag: Double?
  /// Mean over the clips where a channel moves, with the lag removed, by ARKit name.
  package var channelCorrelation: [String: Double] = [:]
  package var channelGain: [String: Double] = [:]

  package init(_ scores: [ClipScore]) {
    clips = scores.count
    frames = scores.map(\.frames).reduce(0, +)
    func mean(_ figure: (ClipScore) -> Double?) -> Double? { Statistics.mean(scores.map { figure($0) ?? .nan }).known }
    func pooled(_ share: (ClipScore) -> Double?, _ count: (ClipScore) -> Int) -> Double? {
      let total = scores.map(count).reduce(0, +)
      return total > 0 ? scores.reduce(0) { $0 + (share($1) ?? 0) * Double(count($1)) } / Double(total) : nil
    }
    recall = pooled({ $0.recall }, { $0.facesInReference })
    falsePresence = pooled({ $0.falsePresence }, { $0.absentInReference })
    rotationError = mean(\.rotationError)
    rotationRawError = mean(\.rotationRawError)
    coreCorrelation = mean(\.alignedCoreCorrelation)
    correlation = mean(\.alignedCorrelation)
    coreGain = mean(\.coreGain)
    blinkBestF1 = mean(\.blinkBestF1)
    let blinks = scores.compactMap(\.blinks)
    blinkF1 =
      BlinkEvents.Match(
        found: blinks.map(\.found).reduce(0, +), reference: blinks.map(\.reference).reduce(0, +),
        tracked: blinks.map(\.tracked).reduce(0, +)
      ).f1.known
    rotationJitter = mean(\.rotationJitter)
    weightJitter = mean(\.weightJitter)
    lag = mean(\.lag)
    for channel in Blendshape.allCases {
      let moving = scores.compactMap { $0.channels[channel.name] }
      channelCorrelation[channel.name] = Statistics.mean(moving.map { $0.alignedCorrelation ?? .nan }).known
      channelGain[channel.name] = Statistics.mean(moving.map { $0.gain ?? .nan }).known
    }
  }

  /// The channels that clips tell of, the weakest first.
  package var weakestChannels: [Blendshape] {
    let known = Blendshape.allCases.filter { channelCorrelation[$0.name] != nil }
    return known.sorted { (channelCorrelation[$0.name] ?? 1) < (channelCorrelation[$1.name] ?? 1) }
  }
}

/// Clips that have something in common, and their means.
package struct AccuracyGroup: Codable, Sendable {
  /// Such as “light” and “side”.
  package var trait: String
  package var value: String
  package var summary: AccuracySummary

  /// Groups by what `sessions.csv` tells: skin tone in thirds of its lightness, glasses, light, the face's size in halves.
  package static func all(_ results: [ClipResult]) -> [AccuracyGroup] {
    let told = results.filter { !$0.clip.traits.isEmpty }
    func groups(_ trait: String, _ value: (ClipResult) -> String?) -> [AccuracyGroup] {
      let parts = Dictionary(grouping: told.filter { value($0) != nil }) { value($0) ?? "" }
      guard parts.count > 1 else { return [] }
      return parts.sorted { $0.key < $1.key }.map {
        AccuracyGroup(trait: trait, value: $0.key, summary: AccuracySummary($0.value.map(\.score)))
      }
    }
    func share(_ column: String, _ names: [String]) -> (ClipResult) -> String? {
      let values = told.compactMap { $0.clip.traits[column].flatMap(Double.init) }.sorted()
      return { result in
        guard let value = result.clip.traits[column].flatMap(Double.init), values.count >= names.count else {
          return nil
        }
        let rank = values.firstIndex { $0 >= value } ?? 0
        return names[min(names.count - 1, rank * names.count / values.count)]
      }
    }
    return groups("skin", share("skin_lightness", ["darkest third", "middle third", "lightest third"]))
      + groups("glasses") { $0.clip.traits["glasses"] } + groups("light") { $0.clip.traits["light"] }
      + groups("face", share("window_px", ["smaller half", "larger half"]))
  }
}
