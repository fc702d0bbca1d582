"""What is let in. Everything else is refused before a parser sees it.

The playlist and script demuxers (hls, dash, concat, image2, …) read other files and URLs that the upload names, and
FFmpeg finds demuxers by content, not by name: only a whitelist keeps them out.
"""

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
    "avi",
    "asf",
    "flv",
    "mpeg",
    "mpegts",
    "ogg",
    "mxf",
    "rm",
    "wtv",
    "dv",
    "gxf",
    "nut",
    "ivf",
    "gif",
)

VIDEO_DECODERS = (
    *("h264", "hevc", "vvc", "libdav1d", "av1", "vp9", "vp8", "vp7", "vp6", "vp6f", "vp6a"),
    *("mpeg4", "mpeg2video", "mpeg1video", "h263", "h263p", "flv", "vc1", "wmv1", "wmv2", "wmv3"),
    *("msmpeg4v1", "msmpeg4v2", "msmpeg4", "theora", "rv10", "rv20", "rv30", "rv40"),
    *("prores", "dnxhd", "cfhd", "dvvideo", "jpeg2000", "mjpeg", "mjpegb", "png", "gif", "hap", "apv"),
    *("ffv1", "ffvhuff", "huffyuv", "utvideo", "magicyuv", "lagarith", "rawvideo", "v210", "v410", "r210", "qtrle"),
    *("svq1", "svq3", "cinepak", "indeo3", "indeo4", "indeo5", "msvideo1", "msrle", "rpza", "smc", "8bps"),
    # Screen recorders.
    *("camtasia", "tscc2", "zmbv", "fraps", "flashsv", "flashsv2", "mss1", "mss2", "g2m", "vmnc", "screenpresso"),
)

AUDIO_DECODERS = (
    *("aac", "aac_latm", "mp3float", "mp3", "mp2float", "mp2", "mp1float", "ac3", "eac3", "dca", "truehd", "mlp"),
    *("opus", "libopus", "vorbis", "flac", "alac", "wavpack", "speex", "nellymoser", "amrnb", "amrwb", "gsm_ms"),
    *("wmav1", "wmav2", "wmapro", "wmavoice", "wmalossless", "cook", "sipr", "real_144", "real_288", "qdm2", "qdmc"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_s8", "pcm_u8"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd", "s302m"),
    *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "adpcm_swf", "adpcm_yamaha", "adpcm_g726", "mace3", "mace6"),
)

SUBTITLE_DECODERS = ("subrip", "srt", "mov_text", "webvtt", "ass", "ssa", "text")

WHITELISTS = {
    "protocol_whitelist": "file",
    "format_whitelist": ",".join(DEMUXERS),
    "codec_whitelist": ",".join((*VIDEO_DECODERS, *AUDIO_DECODERS, *SUBTITLE_DECODERS)),
}

# What begins a file that points to other files.
SCRIPT_STARTS = (b"#EXTM3U", b"ffconcat", b"<MPD", b"<?xml", b"file ", b"[playlist]", b"<ASX", b"<asx", b"v=0")
