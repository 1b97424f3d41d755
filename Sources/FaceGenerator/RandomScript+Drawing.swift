import FaceCore

extension RandomScript {
  /// A piece of the performance before it has its time: what happens in it, from its own start.
  struct Act {
    var events: [Event]
    var seconds: Float
  }

  /// Channels that are shown alone: all but the eyelids' and the looks', which have tracks of their own.
  static let alone: [Blendshape] = Blendshape.allCases.filter {
    !$0.name.hasPrefix("eyeLook") && !$0.name.hasPrefix("eyeBlink")
  }

  /// What face and mouth do, one act after the other, in a drawn order.
  static func acts(_ random: inout RandomSource) -> [Act] {
    var acts = alone.map { solo($0, &random) }.shuffled(using: &random)
    acts += [.eyeBlinkLeft, .eyeBlinkRight, .eyeBlinkLeft, .eyeBlinkRight].map { wink($0, &random) }
    acts += (0..<12).map { _ in combination(&random) }
    acts.shuffle(using: &random)
    // Speech and combinations first in a short clip, which shows no more than its part.
    for place in [0, 12, 28] { acts.insert(speech(&random), at: min(place, acts.count)) }
    acts.insert(combination(&random), at: 1)
    return acts
  }

  /// The acts' events at their times, stretched or cut to `length` seconds; nothing begins in the pause, or would reach it.
  static func timed(_ acts: [Act], _ length: Float, pause: ClosedRange<Float>?) -> [Event] {
    let total = acts.reduce(0) { $0 + $1.seconds }
    // What would reach into the pause waits for its end: before it, up to an act's length stays empty.
    let longest = acts.map(\.seconds).max() ?? 0
    let rest = pause.map { $0.upperBound - $0.lowerBound + longest } ?? 0
    let stretch = max(0.8, min(1.4, (length - 1 - rest) / total))
    var events: [Event] = []
    var start: Float = 0.5
    for act in acts {
      let end = start + act.seconds * stretch
      if let pause, start < pause.upperBound, end > pause.lowerBound { start = pause.upperBound }
      guard start + act.seconds * stretch < length - 0.1 else { continue }
      for event in act.events {
        events.append(
          Event(
            start: start + event.start * stretch, attack: event.attack * stretch, hold: event.hold * stretch,
            release: event.release * stretch, weights: event.weights))
      }
      start += act.seconds * stretch
    }
    return events
  }

  /// One channel alone, with what it can't be without.
  private static func solo(_ channel: Blendshape, _ random: inout RandomSource) -> Act {
    let level = random.uniform(0.55, 1)
    var weights = [(channel, level)]
    if channel == .mouthClose { weights.append((.jawOpen, min(1, level + random.uniform(0, 0.1)))) }
    if channel == .tongueOut { weights.append((.jawOpen, random.uniform(0.3, 0.6))) }
    return act(weights, hold: random.uniform(0.15, 0.35), &random)
  }

  private static func wink(_ lid: Blendshape, _ random: inout RandomSource) -> Act {
    let isLeft = lid == .eyeBlinkLeft
    var weights = [(lid, random.uniform(0.9, 1))]
    if random.chance(0.7) {
      weights.append((isLeft ? .cheekSquintLeft : .cheekSquintRight, random.uniform(0.2, 0.7)))
      weights.append((isLeft ? .mouthSmileLeft : .mouthSmileRight, random.uniform(0, 0.5)))
    }
    return act(weights, hold: random.uniform(0.1, 0.5), &random)
  }

  /// Several channels at once, as the training's prior draws them or as an emotion, sometimes stronger on one side.
  private static func combination(_ random: inout RandomSource) -> Act {
    var weights: [(Blendshape, Float)]
    if random.chance(0.5) {
      let strength = random.uniform(0.5, 1)
      weights = random.pick(ExpressionArchetype.emotions).weights.map { ($0.0, $0.1 * strength) }
    } else {
      let draw = ExpressionPrior().draw(&random).weights
      weights = alone.compactMap { draw[$0] > 0.1 ? ($0, draw[$0]) : nil }
    }
    if random.chance(0.35) {
      let (weaker, share) = (random.chance(0.5) ? "Left" : "Right", random.uniform(0.2, 0.8))
      weights = weights.map { ($0.0, $0.0.name.hasSuffix(weaker) ? $0.1 * share : $0.1) }
    }
    return act(weights, hold: random.uniform(0.3, 0.8), &random)
  }

  private static func act(
    _ weights: [(Blendshape, Float)], hold: Float, _ random: inout RandomSource
  ) -> Act {
    let (attack, release) = (random.uniform(0.15, 0.3), random.uniform(0.18, 0.35))
    let event = Event(start: 0, attack: attack, hold: hold, release: release, weights: weights)
    return Act(events: [event], seconds: attack + hold + release * 0.9)
  }

  /// Mouth shapes that run into each other, with brows, nose or eyes now and then.
  private static func speech(_ random: inout RandomSource) -> Act {
    var events: [Event] = []
    var start: Float = 0
    for _ in 0..<(12 + random.below(7)) {
      let (syllable, strength) = (random.uniform(0.11, 0.19), random.uniform(0.6, 1.15))
      let weights = random.pick(ExpressionArchetype.visemes).weights.map { ($0.0, min(1, $0.1 * strength)) }
      events.append(Event(start: start, attack: syllable, hold: 0, release: syllable, weights: weights))
      start += syllable
    }
    let accents: [[Blendshape]] = [
      [.browInnerUp, .browOuterUpLeft, .browOuterUpRight], [.browDownLeft, .browDownRight],
      [.noseSneerLeft, .noseSneerRight], [.eyeSquintLeft, .eyeSquintRight], [.eyeWideLeft, .eyeWideRight],
    ]
    for part in 0..<2 {
      let level = random.uniform(0.4, 0.9)
      let weights = random.pick(accents).map { ($0, level * random.uniform(0.8, 1)) }
      let begin = start * (0.1 + 0.45 * Float(part))
      events.append(Event(start: begin, attack: 0.2, hold: random.uniform(0.1, 0.4), release: 0.25, weights: weights))
    }
    let end = events.reduce(start) { max($0, $1.start + $1.attack + $1.hold + $1.release) }
    return Act(events: events, seconds: end + 0.2)
  }

  /// Blinks of 100–400 ms, a second and a half to five apart.
  static func blinks(_ length: Float, _ random: inout RandomSource) -> [Event] {
    var events: [Event] = []
    var start = random.uniform(0.4, 1.5)
    while start < length {
      let (span, level) = (random.uniform(0.12, 0.4), random.uniform(0.88, 1))
      events.append(
        Event(
          start: start, attack: 0.33 * span, hold: 0.17 * span, release: 0.5 * span,
          weights: [(.eyeBlinkLeft, level), (.eyeBlinkRight, level)]))
      start += span + (random.chance(0.15) ? 0.15 : random.uniform(1.5, 5))
    }
    return events
  }

  /// Turns of one head axis in degrees: mostly small, now and then to the limit, at most 70° a second, with rests.
  static func turns(_ length: Float, deviation: Float, limit: Float, _ random: inout RandomSource) -> Keys {
    var keys: Keys = [(0, random.normal(0, deviation / 3, limit: limit))]
    while let (t, value) = keys.last, t < length {
      let rest = t + random.uniform(0.1, 1.3)
      keys.append((rest, value))
      let target = random.chance(0.2) ? random.uniform(-limit, limit) : random.normal(0, deviation, limit: limit)
      keys.append((rest + max(random.uniform(0.35, 1.2), abs(target - value) / 45), target))
    }
    return keys
  }

  /// Saccades of 40 to 70 ms between rests, sometimes a slow pursuit; degrees. The first rests reach every side.
  static func looks(_ length: Float, _ random: inout RandomSource) -> (Keys, Keys) {
    var goals: [SIMD2<Float>] = [[24, 0], [-24, 0], [0, 18], [0, -20], [18, 13], [-18, -14]].shuffled(using: &random)
    var (yaw, pitch): (Keys, Keys) = ([(0, 0)], [(0, 0)])
    var (t, place): (Float, SIMD2<Float>) = (0, .zero)
    while t < length {
      t += random.uniform(0.4, 2)
      yaw.append((t, place.x))
      pitch.append((t, place.y))
      if random.chance(0.35), let goal = goals.popLast() {
        place = goal * random.uniform(0.8, 1.1)
      } else {
        place = random.chance(0.4) ? .zero : SIMD2(random.normal(0, 12, limit: 27), random.normal(0, 8, limit: 20))
      }
      t += random.chance(0.2) ? random.uniform(0.8, 2) : random.uniform(0.04, 0.07)
      yaw.append((t, place.x))
      pitch.append((t, place.y))
    }
    return (yaw, pitch)
  }

  /// A value that wanders between two limits over several seconds, sometimes at a step as when a lamp is switched.
  static func drift(_ length: Float, low: Float, high: Float, _ random: inout RandomSource) -> Keys {
    var keys: Keys = [(0, random.uniform(low, high))]
    while let (t, value) = keys.last, t < length {
      let rest = t + random.uniform(1, 5)
      keys.append((rest, value))
      keys.append((rest + (random.chance(0.2) ? 0.15 : random.uniform(2, 6)), random.uniform(low, high)))
    }
    return keys
  }
}
