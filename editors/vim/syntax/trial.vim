" Vim syntax file for .trial protocols, made by `python -m protocol_dsl.highlighting`.
if exists("b:current_syntax") | finish | endif
syntax iskeyword @,48-57,_,.
syntax keyword trialDeclaration anchor arm assess assume cohort cycles day days define domain epoch escalation example exclusion fact facts inclusion intervention library note out_of_scope protocol randomize regimen stage timeline use valueset visit visits
highlight default link trialDeclaration Structure
syntax keyword trialVerb answer cut delay draft expect follow for give may perform provide reduce reject require skip stop waive when
highlight default link trialVerb Statement
syntax keyword trialField acronym actual age allocation background because blocks code codes cohorts completion_date condition enrollment estimated funder half_life healthy_volunteers identifier judgement keyword kind level levels like masking method model molar_mass next normal official_title phase plausible purpose ratio recorded registry registry_kind sex source sponsor start_date status stratified study_type summary valid variant version window
highlight default link trialField Identifier
syntax keyword trialKind date event finding lab measure number ordered
highlight default link trialKind Type
syntax keyword trialOperator absent all and any between else exactly except exclusive if implies in is known larger least less longer more most none not of one or set shorter smaller some than then to unless until where while with
highlight default link trialOperator Operator
syntax keyword trialTime after around at before by change consecutive continuously count daily doses each ended ever every first from half_lives highest hour hourly hours last latest lowest mean minute minutes month monthly months on once ongoing over per relative since started thrice times twice unchanged up using week weekly weeks within year years
highlight default link trialTime Keyword
syntax keyword trialValue AUC LLN ULN eligible fails ineligible investigator no participant passes undetermined unknown yes
highlight default link trialValue Constant
syntax match trialNumber /\<\d\+\(\.\d\+\)\?\>/
syntax match trialDate /\<\d\{4}-\d\{2}\(-\d\{2}\)\?\>/
syntax region trialString start=/"/ skip=/\\./ end=/"/ oneline contains=@Spell
syntax region trialBlock start=/"""/ end=/"""/ contains=@Spell
syntax match trialComment /#.*$/ contains=@Spell
highlight default link trialNumber Number
highlight default link trialDate Number
highlight default link trialString String
highlight default link trialBlock String
highlight default link trialComment Comment
let b:current_syntax = "trial"
