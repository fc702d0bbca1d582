"""What can be found by its words: docs/adr/0011-search-under-row-level-security.md.

The columns are PostgreSQL's own to fill, and no model has them: they would come along with every row that is read.
"""

from django.conf import settings
from django.db import migrations

LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian",
    "it": "italian", "nl": "dutch", "nb": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
CASES = " ".join(f"WHEN '{tag}' THEN 'pg_catalog.{name}'::regconfig" for tag, name in LANGUAGES.items())

# Stems of English where nothing is known, or nothing better: the words as they are stand beside them.
WORDS = f"""
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE split_part(lower(language), '-', 1) {CASES} ELSE 'pg_catalog.english'::regconfig END;

CREATE FUNCTION search_text(words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_string(words, ' ');

-- The words as they are, and their stems. So much of a text that no vector can grow beyond what PostgreSQL takes.
CREATE FUNCTION search_words(language text, words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple'::regconfig, left(words, 250000))
    || to_tsvector(search_config(language), left(words, 250000));
"""

COLUMNS = """
ALTER TABLE courses_course ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(search_words(language, title), 'A')
    || setweight(search_words(language, category || ' ' || search_text(tags) || ' ' || search_text(outcomes)), 'B')
    || setweight(search_words(language, description), 'C')
) STORED;
ALTER TABLE courses_lecture ADD COLUMN search tsvector
    GENERATED ALWAYS AS (setweight(search_words('', title), 'A')) STORED;
ALTER TABLE courses_content ADD COLUMN search tsvector
    GENERATED ALWAYS AS (setweight(search_words('', words), 'C')) STORED;
ALTER TABLE videos_caption ADD COLUMN search tsvector
    GENERATED ALWAYS AS (setweight(search_words(language, text), 'D')) STORED;

CREATE INDEX courses_course_search ON courses_course USING gin (tenant_id, search) WITH (fastupdate = off);
CREATE INDEX courses_lecture_search ON courses_lecture USING gin (tenant_id, search) WITH (fastupdate = off);
CREATE INDEX courses_content_search ON courses_content USING gin (tenant_id, search) WITH (fastupdate = off);
CREATE INDEX videos_caption_search ON videos_caption USING gin (tenant_id, search) WITH (fastupdate = off);
"""

# They run as the owner, whose policy lets it see all, so that the index can be used: the tenant stands in every part.
SEARCH = """
CREATE FUNCTION search_query(words text) RETURNS tsquery LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    school CONSTANT uuid := current_setting('app.tenant_id')::uuid;
    wanted tsquery := websearch_to_tsquery('simple', words);
    config regconfig;
BEGIN
    IF wanted::text ~ '[^'']{3}''$' THEN  -- the last word may not be typed to its end
        wanted := wanted || (wanted::text || ':*')::tsquery;
    END IF;
    FOR config IN
        SELECT search_config('')
        UNION SELECT search_config(language) FROM courses_course WHERE tenant_id = school
        UNION SELECT search_config(language) FROM videos_caption WHERE tenant_id = school
    LOOP
        wanted := wanted || websearch_to_tsquery(config, words);
    END LOOP;
    RETURN wanted;
END $$;

CREATE FUNCTION search_school(words text, everything boolean, inside uuid[], closed uuid[], most integer)
RETURNS TABLE (
    kind text, course_id uuid, course_title text, slug text, lecture_id uuid, lecture_title text, rank real,
    excerpt text, cue text
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    school CONSTANT uuid := current_setting('app.tenant_id')::uuid;
    wanted CONSTANT tsquery := search_query(words);
    -- of a line it is enough to have one of the words
    loose CONSTANT tsquery := regexp_replace(wanted::text, ' (&|<[0-9-]+>) ', ' | ', 'g')::tsquery;
    marks CONSTANT text := 'MaxWords=30, MinWords=15, ShortWord=2, StartSel=' || chr(2) || ', StopSel=' || chr(3);
BEGIN
    RETURN QUERY
    WITH found AS (
        SELECT 'course' AS kind, course.id AS course_id, NULL::uuid AS lecture_id, NULL::uuid AS row_id,
            ts_rank_cd(course.search, wanted, 1) AS rank
        FROM courses_course AS course
        WHERE course.tenant_id = school AND course.search @@ wanted
        UNION ALL
        SELECT 'lecture', lecture.course_id, lecture.id, NULL, ts_rank_cd(lecture.search, wanted, 1)
        FROM courses_lecture AS lecture
        WHERE lecture.tenant_id = school AND lecture.search @@ wanted
        UNION ALL
        SELECT 'text', lecture.course_id, lecture.id, content.id, ts_rank_cd(content.search, wanted, 1)
        FROM courses_content AS content
        JOIN courses_lecture AS lecture ON lecture.tenant_id = school AND lecture.id = content.lecture_id
        WHERE content.tenant_id = school AND content.search @@ wanted
            AND (everything OR lecture.course_id = ANY (inside) AND lecture.id <> ALL (closed))
        UNION ALL
        SELECT 'transcript', lecture.course_id, lecture.id, caption.id, ts_rank_cd(caption.search, wanted, 1)
        FROM videos_caption AS caption
        JOIN courses_lecture AS lecture ON lecture.tenant_id = school AND lecture.video_id = caption.video_id
        WHERE caption.tenant_id = school AND caption.search @@ wanted AND caption.published_at IS NOT NULL
            AND (everything OR lecture.course_id = ANY (inside) AND lecture.id <> ALL (closed))
    ), best AS (
        SELECT found.*, course.title, course.slug, course.language, course.category, course.outcomes,
            course.description
        FROM found
        JOIN courses_course AS course ON course.tenant_id = school AND course.id = found.course_id
        WHERE everything OR course.id = ANY (inside)
            OR course.published_at <= statement_timestamp() AND course.archived_at IS NULL
        ORDER BY found.rank DESC, found.course_id, found.lecture_id, found.row_id
        LIMIT most
    )
    SELECT best.kind, best.course_id, best.title::text, best.slug::text, best.lecture_id, lecture.title::text,
        best.rank,
        CASE best.kind
            WHEN 'transcript' THEN ts_headline(search_config(caption.language), line.around, wanted, marks)
            WHEN 'text' THEN ts_headline(search_config(''), left(content.words, 250000), wanted, marks)
            WHEN 'course' THEN ts_headline(
                search_config(best.language), concat_ws(' · ', search_text(best.outcomes), best.description), wanted,
                marks)
            ELSE ts_headline(search_config(''), lecture.title, wanted, marks)
        END,
        line.cue
    FROM best
    LEFT JOIN courses_lecture AS lecture ON lecture.tenant_id = school AND lecture.id = best.lecture_id
    LEFT JOIN courses_content AS content
        ON best.kind = 'text' AND content.tenant_id = school AND content.id = best.row_id
    LEFT JOIN videos_caption AS caption
        ON best.kind = 'transcript' AND caption.tenant_id = school AND caption.id = best.row_id
    LEFT JOIN LATERAL (
        -- the line that says most of it, with its neighbours; the cue's times stand in the same place of the file
        SELECT concat_ws(' ', said[place - 1], said[place], said[place + 1]) AS around,
            (SELECT times FROM (
                SELECT times, row_number() OVER () AS number FROM string_to_table(caption.vtt, E'\\n') AS times
                WHERE times LIKE '%% --> %%'
            ) AS cues WHERE cues.number = place) AS cue
        FROM (SELECT string_to_array(caption.text, E'\\n') AS said) AS lines,
            LATERAL (
                SELECT number::integer AS place FROM unnest(said) WITH ORDINALITY AS each (words, number)
                ORDER BY ts_rank(to_tsvector(search_config(caption.language), each.words), loose) DESC, number LIMIT 1
            ) AS chosen
        WHERE caption.id IS NOT NULL
    ) AS line ON true
    ORDER BY best.rank DESC, best.course_id, best.lecture_id, best.row_id;
END $$;
""".replace("%%", "%")

APP = settings.DATABASES["default"]["USER"]
FUNCTIONS = ("search_query(text)", "search_school(text, boolean, uuid[], uuid[], integer)")
GRANTS = "\n".join(
    f'REVOKE ALL ON FUNCTION {function} FROM PUBLIC; GRANT EXECUTE ON FUNCTION {function} TO "{APP}";'
    for function in FUNCTIONS
)

BACK = """
DROP FUNCTION search_school(text, boolean, uuid[], uuid[], integer);
DROP FUNCTION search_query(text);
ALTER TABLE courses_course DROP COLUMN search;
ALTER TABLE courses_lecture DROP COLUMN search;
ALTER TABLE courses_content DROP COLUMN search;
ALTER TABLE videos_caption DROP COLUMN search;
DROP FUNCTION search_words(text, text);
DROP FUNCTION search_text(text[]);
DROP FUNCTION search_config(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_catalogue"),
        ("videos", "0005_captions"),
    ]

    operations = [migrations.RunSQL(WORDS + COLUMNS + SEARCH + GRANTS, BACK)]
