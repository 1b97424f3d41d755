/// Blinks as spans of time, and how two lists of them agree.
package enum BlinkEvents {
  typealias Event = (start: Double, end: Double)

  /// Counts of a comparison: events in both, in the reference, in the track.
  package struct Match: Codable, Equatable, Sendable {
    package var found: Int
    package var reference: Int
    package var tracked: Int

    /// The harmonic mean of precision and recall, NaN where there is nothing to find.
    package var f1: Double { reference + tracked == 0 ? .nan : 2 * Double(found) / Double(reference + tracked) }
  }

  /// Spans in which `values` lie above `threshold`; gaps of up to a tenth of a second are closed.
  static func find(_ times: [Double], _ values: [Double], above threshold: Double) -> [Event] {
    var events: [Event] = []
    var index = 0
    while index < values.count {
      guard values[index] > threshold else {
        index += 1
        continue
      }
      var last = index
      while last + 1 < values.count, values[last + 1] > threshold { last += 1 }
      if let previous = events.last, times[index] - previous.end <= 0.1 {
        events[events.count - 1].end = times[last]
      } else {
        events.append((times[index], times[last]))
      }
      index = last + 1
    }
    return events
  }

  /// Pairs each event of the reference with the first one of the track that overlaps it within 0.15 s.
  static func match(_ reference: [Event], _ tracked: [Event]) -> Match {
    let tolerance = 0.15
    var used = Set<Int>()
    for event in reference {
      let partner = tracked.indices.first {
        !used.contains($0) && tracked[$0].start <= event.end + tolerance && tracked[$0].end >= event.start - tolerance
      }
      if let partner { used.insert(partner) }
    }
    return Match(found: used.count, reference: reference.count, tracked: tracked.count)
  }
}
