import FaceCore

/// Makes a rig's channels out of a tracked face by its profile. Allocates nothing per frame.
package struct RigMapper: Sendable {
  package let profile: RigProfile
  /// The channels after the last frame, 0 before the first.
  package private(set) var channels: MappedChannels
  /// For each channel of the profile the blendshape of that very name, if there is one.
  private let blendshapes: [Blendshape?]

  package init(_ profile: RigProfile) {
    self.profile = profile
    channels = MappedChannels(names: profile.channels.map(\.name))
    blendshapes = profile.channels.map { Blendshape(name: $0.name) }
  }

  /// Maps a face. Channels that bear ARKit's names also replace those of the face, so that every wire format has them.
  package mutating func map(_ face: FaceObservation) -> FaceObservation {
    let angles = face.pose.rotation.headAngles
    for index in channels.values.indices {
      channels.values[index] = Self.value(of: profile.channels[index], face, angles)
    }
    for (a, b) in profile.exclusive {
      let (first, second) = (channels.values[a], channels.values[b])
      channels.values[a] = Self.limited(first - max(0, second), profile.channels[a])
      channels.values[b] = Self.limited(second - max(0, first), profile.channels[b])
    }
    var result = face
    for index in blendshapes.indices {
      if let channel = blendshapes[index] { result.weights[channel] = max(0, min(1, channels.values[index])) }
    }
    return result
  }

  /// The channels with their limits and what a neutral face makes of them.
  var rigChannels: [ChannelNames.RigChannel] {
    var neutral = self
    _ = neutral.map(.absent(at: CaptureTime(nanoseconds: 0)))
    return zip(profile.channels, neutral.channels.values).map { channel, value in
      ChannelNames.RigChannel(name: channel.name, limits: channel.clamp, neutral: value)
    }
  }

  private static func value(
    of channel: RigProfile.Channel, _ face: FaceObservation, _ angles: (yaw: Float, pitch: Float, roll: Float)
  ) -> Float {
    var value = channel.expression.value(in: face, angles: angles) * channel.gain + channel.offset
    if channel.deadzone > 0 {
      let rest = max(0, abs(value) - channel.deadzone) / (1 - channel.deadzone)
      value = value < 0 ? -rest : rest
    }
    if let curve = channel.curve { value = curve.value(at: value) }
    return limited(value, channel)
  }

  private static func limited(_ value: Float, _ channel: RigProfile.Channel) -> Float {
    guard value.isFinite else { return max(channel.clamp.lowerBound, min(channel.clamp.upperBound, 0)) }
    return max(channel.clamp.lowerBound, min(channel.clamp.upperBound, value))
  }
}
